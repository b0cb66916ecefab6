-- Many programs: what one has fetched and another will place.

create table inbox (
    id      integer primary key,
    feed_id integer not null,
    entry   text not null,                        -- JSON: bot.store.inbox
    keys    text not null,                        -- identity keys, JSON
    push    integer not null                      -- 0: of a feed's first poll, stored but not told
);
