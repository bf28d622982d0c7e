-- Identifiers are the 16 bytes of a UUID, digests are SHA-256, moments are seconds since the Unix epoch.
-- An ordinal grows with each row of its table: a list in its order has the oldest first.

CREATE TABLE accounts (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    alias TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
    ordinal INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    bearer_digest BLOB NOT NULL UNIQUE,
    verified INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_of_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE key_pairs (
    ordinal INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    api_key TEXT NOT NULL UNIQUE,
    secret_digest BLOB NOT NULL,
    verified INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX key_pairs_of_account ON key_pairs (account);

-- What a code verifies is either a session or a key pair.
CREATE TABLE codes (
    id BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session BLOB REFERENCES sessions (id) ON DELETE CASCADE,
    key_pair BLOB REFERENCES key_pairs (id) ON DELETE CASCADE,
    digits TEXT NOT NULL,
    expires INTEGER NOT NULL,
    attempts_left INTEGER NOT NULL,
    CHECK ((session IS NULL) <> (key_pair IS NULL))
) STRICT;
CREATE INDEX codes_of_account ON codes (account);
CREATE INDEX codes_of_session ON codes (session);
CREATE INDEX codes_of_key_pair ON codes (key_pair);
CREATE INDEX codes_by_expiry ON codes (expires);
