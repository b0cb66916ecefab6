-- Tocsin's tables. Times are integer milliseconds since the epoch, UTC; 0 or null as each column says. Booleans are 0/1,
-- lists and maps are JSON text. Written for SQLite and PostgreSQL alike; what differs between them is marked [dialect].

create table feed (
    id          integer primary key,
    url         text not null unique,
    kind        text not null,
    title       text not null default '',
    source      text not null default '',
    lang        text not null default '',
    tier        text not null default 'trade',
    state       text not null default 'active',
    options     text not null default '{}',
    etag        text not null default '',
    modified    text not null default '',
    body_hash   integer not null default 0,       -- 64 bits, signed
    baselined   integer not null default 0,
    rhythm      text not null default '',
    memo        text not null default '',
    errors      integer not null default 0,
    last_error  text not null default '',
    last_ok     integer,
    last_new    integer,
    next_poll   integer not null default 0,
    lease_until integer not null default 0,
    lease_by    text not null default '',
    lease_no    integer not null default 0,
    created_at  integer not null
);
create index feed_due on feed (next_poll) where state = 'active';

-- Identity keys that a feed has shown. They outlive the entries, so that nothing comes back as news.
create table seen (
    feed_id integer not null references feed (id) on delete cascade,
    key     integer not null,                     -- 64 bits, signed
    at      integer not null,                     -- when it was last in the feed, to the day
    primary key (feed_id, key)
) without rowid;                                  -- [dialect]
create index seen_at on seen (at);

create table story (
    id       integer primary key,                 -- from tally 'story': never used twice
    title    text not null,
    url      text not null,
    summary  text not null,
    lang     text not null,
    first_at integer not null,
    last_at  integer not null,
    entries  integer not null,
    rank     integer not null,                    -- severity: 0 normal, 1 notable, 2 breaking
    headline integer not null                     -- how good the title's source is; a better title replaces it
);
create index story_last on story (last_at);

create table story_alias (
    id       integer primary key,                 -- a story that was merged into another
    story_id integer not null references story (id) on delete cascade
);
create index story_alias_story on story_alias (story_id);

create table entry (
    id           integer primary key,             -- from tally 'entry'
    feed_id      integer not null,                -- 0: no feed behind it
    story_id     integer not null references story (id),
    guid         text not null,
    url          text not null,
    title        text not null,
    summary      text not null,
    content      text not null,
    source       text not null,
    lang         text not null,
    form         text not null,
    tier         text not null,
    facts        text not null,
    published    integer,
    first_seen   integer not null,
    kind         text not null,                   -- new, grown, known, duplicate
    duplicate_of integer,
    news         text not null,
    placed       text not null                    -- why it was placed there: score, threshold, words
);
create index entry_story on entry (story_id, id);
create index entry_first_seen on entry (first_seen);

-- Who reported a story, in order of the first report.
create table story_outlet (
    story_id integer not null references story (id) on delete cascade,
    name     text not null,
    entry_id integer not null,
    url      text not null,
    at       integer not null,
    primary key (story_id, name)
) without rowid;                                  -- [dialect]

-- Words that occurred in more than one title: suggestions for misspelt ones.
create table term (
    term text primary key,
    docs integer not null,                        -- entries that have it, counted up to 64
    day  integer not null                         -- when it was last counted, ms
) without rowid;                                  -- [dialect]
create index term_common on term (docs) where docs >= 64;

create table outlet (
    folded  text primary key,                     -- for completion
    name    text not null,
    entries integer not null
) without rowid;                                  -- [dialect]

create table rule (
    id   integer primary key,
    name text not null unique                     -- 'topic:<id>' or 'query:<id>'; '' counts every entry
);

create table query (
    id   integer primary key,
    text text not null unique                     -- canonical
);

create table hit (
    entry_id integer not null references entry (id) on delete cascade,
    rule_id  integer not null references rule (id),
    why      text not null,
    spans    text not null,                       -- '[]': only earlier versions stored where the words are
    primary key (entry_id, rule_id)
) without rowid;                                  -- [dialect]

create table story_rule (
    story_id integer not null references story (id) on delete cascade,
    rule_id  integer not null references rule (id),
    last_at  integer not null,
    why      text not null,                       -- terms of the first hit
    primary key (story_id, rule_id)
) without rowid;                                  -- [dialect]
create index story_rule_last on story_rule (rule_id, last_at, story_id);

create table count (
    rule_id integer not null references rule (id),
    hour    integer not null,                     -- ms, cut to the hour
    entries integer not null,
    primary key (rule_id, hour)
) without rowid;                                  -- [dialect]

create table channel (
    id            integer primary key,
    platform      text not null,
    scope         text not null,
    ref           text not null,
    name          text not null default '',
    settings      text not null default '{}',
    paused        text not null default '',       -- the reason
    failures      integer not null default 0,     -- "gone" answers in a row
    failing_since integer,
    wait_until    integer not null default 0,     -- the lane rests until then
    due_at        integer,                        -- earliest not_before of its pending deliveries; null: none
    served_at     integer not null default 0,     -- last leased: the longest waiting goes first
    lease_until   integer not null default 0,
    lease_by      text not null default '',
    lease_no      integer not null default 0,
    unique (platform, scope, ref)
);
create index channel_due on channel (platform, served_at) where due_at is not null;

create table subscription (
    id         integer primary key,
    channel_id integer not null references channel (id) on delete cascade,
    rule_id    integer not null references rule (id),
    label      text not null,
    min_rank   integer not null default 0,        -- from options.severity
    langs      text not null default '',          -- from options.lang: '' all, else ',en,zh,'
    confirm    integer not null default 1,        -- from options.confirm: outlets needed
    options    text not null default '{}',
    paused     text not null default '',
    created_at integer not null,
    unique (channel_id, rule_id)
);
create index subscription_rule on subscription (rule_id);

create table mute (
    channel_id integer not null references channel (id) on delete cascade,
    story_id   integer not null,
    at         integer not null,
    primary key (channel_id, story_id)
);

-- The outbox. queued → sending → sent; also ambiguous (never found out), dead (never sent), folded, muted, stale.
create table delivery (
    id         integer primary key autoincrement, -- [dialect] never used twice: nonces and metadata come from it
    channel_id integer not null references channel (id) on delete cascade,
    story_id   integer not null,                  -- 0: no story (a digest, a notice)
    kind       text not null,
    seq        integer not null default 0,        -- updates are numbered
    state      text not null default 'queued',
    not_before integer not null default 0,        -- 0: at once, whatever the clock says
    tries      integer not null default 0,        -- sends begun
    looks      integer not null default 0,        -- looks on the platform that could not tell
    told       integer not null default 0,        -- the newest entry in its alert
    ref        text not null default '',          -- the message, once sent
    reason     text not null default '',
    created_at integer not null,
    begun_at   integer,
    settled_at integer,
    unique (story_id, kind, channel_id, seq)
);
create index delivery_lane on delivery (channel_id, id) where state in ('queued', 'sending');
create index delivery_state on delivery (state) where state <> 'sent';

create table pace (
    key text primary key,
    tat integer not null                          -- GCRA: theoretical arrival time of the next send
) without rowid;                                  -- [dialect]

-- Last ids, which are never used twice ('entry', 'story'), and totals that need no counting.
create table tally (
    name text primary key,
    n    integer not null
) without rowid;                                  -- [dialect]

create table memory (
    key  text primary key,
    text text not null
) without rowid;                                  -- [dialect]

-- [dialect] Folded terms, separated by spaces: CJK characters in pairs, and each once by itself. Every ASCII character
-- except blanks belongs to a term.
create virtual table entry_fts using fts5 (
    title, body, chars, tokenize = "ascii tokenchars '!#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
);
