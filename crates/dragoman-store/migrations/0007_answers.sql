-- What receivers answered to news of a customer is found when they are forgotten. It is kept only
-- when it was no success, so there is little of it.
CREATE INDEX answers_to_news ON delivery_log (event) WHERE message = 0 AND answer IS NOT NULL;
