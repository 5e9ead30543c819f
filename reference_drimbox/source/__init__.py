"""The Source: publishes the KOS of reported exams, and gives the images of what it published."""
