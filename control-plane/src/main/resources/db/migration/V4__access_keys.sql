create table access_key (
  access_key    varchar primary key,
  user_id       bigint not null references app_user on delete cascade,
  master_key_id varchar not null,                   -- the configured master key under which the secret is encrypted
  secret        bytea not null,                     -- AES-GCM: 12 bytes of nonce, the encrypted secret, 16 bytes of tag
  create_time   timestamptz not null default now()
);
create index on access_key (user_id);

-- Signatures that were taken once, for as long as their dates would let them be taken again.
create table used_signature (
  access_key  varchar not null,                     -- no reference: a write must not lock the key
  signature   bytea not null,
  expire_time timestamptz not null,
  primary key (access_key, signature)
);
create index on used_signature (expire_time);
