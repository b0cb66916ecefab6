-- Many programs: which of them hears which shards of a Discord bot.

create table shard (
    bot         text not null,                    -- a digest of its token
    block       integer not null,                 -- the shards from block * width on, at most width of them
    width       integer not null,
    shards      integer not null,                 -- the bot's total
    lease_until integer not null default 0,
    lease_by    text not null default '',
    lease_no    integer not null default 0,
    primary key (bot, block)
);

-- Lanes that wait equally long (a story told to all) are read in order, without a sort.
drop index channel_due;
create index channel_due on channel (platform, served_at, id) where due_at is not null;

-- The programs that hear for a bot, or stand by.
create table hearer (
    bot   text not null,
    name  text not null,
    until integer not null,                       -- counted as alive until then
    primary key (bot, name)
);
