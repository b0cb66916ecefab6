-- Threads.

alter table delivery add column thread text not null default '';           -- the thread that it was posted in
create index delivery_thread on delivery (channel_id) where kind = 'thread' and state in ('queued', 'sending');

-- A thread for all alerts of one subscription.
create table thread (
    channel_id  integer not null references channel (id) on delete cascade,
    rule_id     integer not null references rule (id),
    delivery_id integer not null,                 -- the delivery that opens it
    ref         text not null default '',         -- where it is, once it is open
    primary key (channel_id, rule_id)
);
create index thread_delivery on thread (delivery_id);
