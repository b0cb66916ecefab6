-- Entries are looked up by their form and by their outlet.

create index entry_form on entry (lower(form)) where form <> '';
create index entry_source on entry (source);
