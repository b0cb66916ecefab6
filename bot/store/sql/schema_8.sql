-- Forgetting and merging find a story's rows without reading whole tables.

create index mute_story on mute (story_id);
create index fold_process_story on fold_process (story);
create index fold_alias_new on fold_alias (new);
create index count_hour on count (hour);
