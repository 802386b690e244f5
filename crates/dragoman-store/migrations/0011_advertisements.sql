-- The address of the picture of an advertisement that is fetched for a message before its file; NULL
-- when there is none, or no more. Of a message without a file `provider_media_id` is empty.
ALTER TABLE fetches ADD COLUMN advertisement TEXT;
