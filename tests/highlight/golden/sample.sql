-- comment
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name VARCHAR(50) NOT NULL DEFAULT 'x',
  created TIMESTAMP
);
SELECT u.name, COUNT(*) AS n FROM users u LEFT JOIN orders o ON o.user_id = u.id
WHERE u.age >= 18 AND name LIKE '%a' GROUP BY u.name ORDER BY n DESC LIMIT 10;
INSERT INTO users VALUES (1, 'it''s', NULL);
