"""Exchange of questions with other systems: GIFT, Aiken, Moodle XML and QTI, read and written as plain items.

Pure: bytes in, items, refusals and warnings out. Knows neither the database nor any room; the bank of questions
(`app.quizzes`) makes drafts of what is read here and items of what is to be written.
"""
