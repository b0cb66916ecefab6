-- Followed stories, and feedback of channels and people.

-- Whether a channel wants less or more of a rule's alerts from one outlet.
create table taste (
    channel_id integer not null references channel (id) on delete cascade,
    rule_id    integer not null references rule (id),
    outlet     text not null,                     -- as story_outlet.name
    delta      integer not null,                  -- -1 less, 1 more
    at         integer not null,
    primary key (channel_id, rule_id, outlet)
);

-- Stories of which a channel hears every further report.
create table follow (
    channel_id integer not null references channel (id) on delete cascade,
    story_id   integer not null,
    at         integer not null,
    primary key (channel_id, story_id)
);
create index follow_story on follow (story_id);

-- People's judgements of two reports: are they of one story? The lower id is first.
create table label_pair (
    a      integer not null,                      -- entries
    b      integer not null,
    by     text not null,                         -- platform, workspace and user
    same   integer not null,
    at     integer not null,
    primary key (a, b, by)
);
