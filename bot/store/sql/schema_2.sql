-- Rhythm: what is held back for a digest, and until when.

alter table subscription add column hold_until integer not null default 0; -- alerts are held until then; 0: told at once
alter table subscription add column turn_at integer not null default 0;    -- when to set hold_until anew; 0: never
alter table subscription add column wakes integer not null default 3;      -- from this severity on nothing is held; 3: always held
alter table subscription add column outlets text not null default '';      -- only these outlets: ',reuters,财新,'; '' all
alter table subscription add column not_outlets text not null default '';  -- not these outlets
alter table subscription add column updates integer not null default 1;    -- 0: first reports only
create index subscription_turn on subscription (turn_at) where turn_at > 0;

alter table channel add column burst_at integer not null default 0;        -- when the present ten minutes began
alter table channel add column burst_n integer not null default 0;         -- alerts queued in them
alter table channel add column burst_cap integer not null default -1;      -- alerts beyond so many are held; 0: no cap; -1: see settings

-- A delivery in state 'held' waits for a digest, due at its not_before; 'told' was told by one.
alter table delivery add column digest integer not null default 0;         -- the digest's delivery
alter table delivery add column rank integer not null default 2;           -- the story's severity when a digest told of it
create index delivery_held on delivery (not_before, channel_id) where state = 'held';
create index delivery_digest on delivery (digest) where digest > 0;
