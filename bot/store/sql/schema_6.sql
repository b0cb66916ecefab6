-- Sources that fell silent, and what channels were told of it.

create table silence (
    feed_id   integer primary key references feed (id) on delete cascade,
    silent_at integer not null,                   -- when channels were last told that it fell silent
    back_at   integer not null default 0          -- when they were last told that it is back
);

-- Channels that are to hear when a feed is back.
create table awaiting (
    feed_id    integer not null references feed (id) on delete cascade,
    channel_id integer not null references channel (id) on delete cascade,
    primary key (feed_id, channel_id)
);
create index awaiting_channel on awaiting (channel_id);

-- What a delivery of kind 'notice' says, in its channel's language.
create table notice (
    delivery_id integer primary key references delivery (id) on delete cascade,
    title       text not null,
    body        text not null
);
