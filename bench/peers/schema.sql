CREATE TABLE people (
    id bigint PRIMARY KEY,
    name text NOT NULL
);
CREATE TABLE conversations (
    id bigint PRIMARY KEY,
    last_seq bigint NOT NULL DEFAULT 0,
    last_message_at timestamptz
);
CREATE TABLE participants (
    conversation_id bigint NOT NULL REFERENCES conversations,
    person_id bigint NOT NULL REFERENCES people,
    last_read_seq bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, person_id)
);
CREATE INDEX participants_of_a_person ON participants (person_id);
CREATE TABLE messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id bigint NOT NULL REFERENCES conversations,
    seq bigint NOT NULL,
    sender_id bigint NOT NULL REFERENCES people,
    content text NOT NULL,
    client_nonce text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (conversation_id, seq)
);
