# A thin second name for `./dev`, and the one place that says how the lock files are made.
.PHONY: up test check lock

up test check:
	./dev $@

PIN = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
      --no-emit-find-links --custom-compile-command 'make lock' $(PIN_OPTIONS)

lock:
	$(PIN) requirements.in -o requirements.lock
	$(PIN) requirements-engines.in -o requirements-engines.lock
	$(PIN) requirements-s3.in -o requirements-s3.lock
	$(PIN) requirements-dev.in -c requirements.lock -o requirements-dev.lock

.PHONY: env-example
env-example:
	.venv/bin/python -c 'import sys; from config.variables import as_example; sys.stdout.write(as_example())' > .env.example
