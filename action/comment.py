"""Keeps one comment on a pull request current: comment.py FILE. Reads what GitHub tells the steps of a job."""

import json
import os
import sys
import urllib.error
import urllib.request

MARK = "<!-- assize:{job} -->"
LONGEST = 65_000  # characters; GitHub takes 65536
PAGE = 100


def call(method, path, body=None):
    request = urllib.request.Request(
        os.environ["GITHUB_API_URL"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": "Bearer " + os.environ["TOKEN"],
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def earlier(comments, mark):
    """The comment that an earlier job wrote, if there is one."""
    for page in range(1, 100):
        found = call("GET", f"{comments}?per_page={PAGE}&page={page}")
        for comment in found:
            if comment["body"].startswith(mark):
                return comment["id"]
        if len(found) < PAGE:
            break
    return None


def main():
    with open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8") as file:
        number = json.load(file)["pull_request"]["number"]
    with open(sys.argv[1], encoding="utf-8") as file:
        report = file.read()
    if len(report) > LONGEST:
        report = report[:LONGEST].rsplit("\n", 1)[0] + "\n\nThe rest is in the report of the job."
    repository = "/repos/" + os.environ["GITHUB_REPOSITORY"]
    mark = MARK.format(job=os.environ["GITHUB_JOB"])
    body = {"body": f"{mark}\n{report}"}
    comments = f"{repository}/issues/{number}/comments"
    known = earlier(comments, mark)
    if known is None:
        call("POST", comments, body)
    else:
        call("PATCH", f"{repository}/issues/comments/{known}", body)


try:
    main()
except (OSError, KeyError, ValueError) as error:
    # The verdict is another step's; the job of a fork, for one, may not write.
    print(f"::warning::the comment was not written: {error!r}")
