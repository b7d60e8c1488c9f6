CREATE OR REPLACE STREAM "Öst" (a VARCHAR(4), "b ""c""" DECIMAL(8,2)); -- a comment
/* two
   lines */ SELECT STREAM 'it''s', u&'\00e9\+01F600', 1.5e-3, .5, 12., 7 <> 8, a != b, a || b // end
FROM s WHERE x >= DATE '2018-03-18' AND y <= INTERVAL '1' DAY;
