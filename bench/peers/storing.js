/** Three ways to store a message; each resolves to the row, or to undefined for who is not in the conversation. */

const COLUMNS = "id, conversation_id, seq, sender_id, content, client_nonce, created_at";
const AT_MOST = 128;

/** As most services do it: a transaction with a statement for each step. */
export function storeByTransaction(pool) {
  return async ({ conversationId, senderId, content, clientNonce }) => {
    const client = await pool.connect();
    try {
      await client.query("BEGIN");
      const seat = await client.query({
        name: "seat",
        text: "SELECT 1 FROM participants WHERE conversation_id = $1 AND person_id = $2",
        values: [conversationId, senderId],
      });
      if (seat.rowCount === 0) {
        await client.query("ROLLBACK");
        return undefined;
      }
      const numbered = await client.query({
        name: "number",
        text: "UPDATE conversations SET last_seq = last_seq + 1, last_message_at = now() WHERE id = $1 RETURNING last_seq",
        values: [conversationId],
      });
      const stored = await client.query({
        name: "insert",
        text: `INSERT INTO messages (conversation_id, seq, sender_id, content, client_nonce)
               VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
        values: [conversationId, numbered.rows[0].last_seq, senderId, content, clientNonce],
      });
      await client.query("COMMIT");
      return stored.rows[0];
    } catch (error) {
      await client.query("ROLLBACK");
      throw error;
    } finally {
      client.release();
    }
  };
}

/** One statement that checks, numbers and stores. */
export function storeByStatement(pool) {
  const text = `
    WITH numbered AS (
      UPDATE conversations SET last_seq = last_seq + 1, last_message_at = now()
      WHERE id = $1 AND EXISTS (SELECT 1 FROM participants WHERE conversation_id = $1 AND person_id = $2)
      RETURNING last_seq
    )
    INSERT INTO messages (conversation_id, seq, sender_id, content, client_nonce)
    SELECT $1, last_seq, $2, $3, $4 FROM numbered
    RETURNING ${COLUMNS}`;
  return async ({ conversationId, senderId, content, clientNonce }) => {
    const stored = await pool.query({
      name: "send",
      text,
      values: [conversationId, senderId, content, clientNonce],
    });
    return stored.rows[0];
  };
}

/** One statement for all sends that wait: group commit. */
export function storeByBatch(pool) {
  const text = `
    WITH drafts AS (
      SELECT draft.* FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
        WITH ORDINALITY AS draft (conversation_id, sender_id, content, client_nonce, place)
      JOIN participants ON participants.conversation_id = draft.conversation_id
        AND participants.person_id = draft.sender_id
    ), numbered AS (
      UPDATE conversations SET last_seq = last_seq + waiting.count, last_message_at = now()
      FROM (SELECT conversation_id, count(*) FROM drafts GROUP BY conversation_id) AS waiting
      WHERE conversations.id = waiting.conversation_id
      RETURNING conversations.id, last_seq - waiting.count AS before
    )
    INSERT INTO messages (conversation_id, seq, sender_id, content, client_nonce)
    SELECT conversation_id,
           before + row_number() OVER (PARTITION BY conversation_id ORDER BY place),
           sender_id, content, client_nonce
    FROM drafts JOIN numbered ON numbered.id = drafts.conversation_id
    RETURNING ${COLUMNS}`;
  const waiting = [];
  let isWriting = false;

  async function write() {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, AT_MOST);
      try {
        const stored = await pool.query({ name: "batch", text, values: columnsOf(batch) });
        const rows = new Map(stored.rows.map((row) => [`${row.sender_id} ${row.client_nonce}`, row]));
        for (const { draft, resolve } of batch) resolve(rows.get(`${draft.senderId} ${draft.clientNonce}`));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isWriting = false;
  }

  return (draft) =>
    new Promise((resolve, reject) => {
      waiting.push({ draft, resolve, reject });
      if (!isWriting) void write();
    });
}

function columnsOf(batch) {
  const drafts = batch.map(({ draft }) => draft);
  return ["conversationId", "senderId", "content", "clientNonce"].map((name) => drafts.map((draft) => draft[name]));
}
