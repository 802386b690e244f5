-- What a waiting message wishes to wait for, where that differs from its channel's way: known at a
-- start without reading every body. 0 nothing, 1 answer, 2 sent, 3 delivered.
ALTER TABLE queue ADD COLUMN wish INTEGER;
UPDATE queue SET wish =
    (SELECT CASE json_extract(body, '$.after')
         WHEN 'nothing' THEN 0 WHEN 'answer' THEN 1 WHEN 'sent' THEN 2 WHEN 'delivered' THEN 3 END
     FROM messages WHERE messages.id = queue.id);
