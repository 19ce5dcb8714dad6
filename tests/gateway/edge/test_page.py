"""The page for browsers, with GraphiQL bundled and without."""

from pathlib import Path

from gateway.edge.page import CONTENT_SECURITY_POLICY, page_in


def test_the_bundled_page_is_served_as_it_was_built(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"<!doctype html><title>GraphiQL</title>")
    assert page_in(tmp_path) == b"<!doctype html><title>GraphiQL</title>"


def test_without_a_bundle_the_page_says_so_and_offers_an_operation_by_curl(tmp_path: Path) -> None:
    page = page_in(tmp_path / "absent").decode()
    assert "Node was absent" in page
    assert "make page" in page
    assert "curl http://127.0.0.1:8000/graphql" in page


def test_without_a_bundle_the_page_runs_and_fetches_nothing(tmp_path: Path) -> None:
    page = page_in(tmp_path / "absent").decode()
    assert [each for each in ("<script", "src=", "href=", "style") if each in page] == []


def test_the_policy_lets_no_foreign_host_and_no_script_of_the_page_itself_in() -> None:
    policy = CONTENT_SECURITY_POLICY["content-security-policy"]
    sources = dict(each.split(" ", 1) for each in policy.split("; "))
    assert sources["default-src"] == "'none'"
    assert sources["script-src"] == sources["worker-src"] == sources["connect-src"] == "'self'"
    assert {word for each in sources.values() for word in each.split()} == {
        "'none'",
        "'self'",
        "'unsafe-inline'",
        "data:",
    }
    assert [name for name, each in sources.items() if "unsafe" in each] == ["style-src"]
