"""Further sections in a browser: folded at first, opened by whatever leads into them."""

import pytest

PAGE = "notebooks/17-transformers.html"
FURTHER_WORD, WORD_OF_BOTH = "isotropic", "recurrence"


def opened(page):
    """For each further section of the page, whether it is open."""
    return page.locator("details.further").evaluate_all("boxes => boxes.map(box => box.open)")


def inside(page):
    return page.get_by_text("Variances add")


def heading(page):
    return page.get_by_role("heading", name="Why the root")


def wait_for_the_top(page, locator):
    """Until it begins in the upper half of the window: the page scrolls there in its own time."""
    page.wait_for_function(
        "target => (y => 0 <= y && y < innerHeight / 2)(target.getBoundingClientRect().y)",
        arg=locator.element_handle(),
    )


def wait_for(page, expected):
    page.wait_for_function(
        "expected => [...document.querySelectorAll('details.further')]"
        ".every((box, i) => box.open == expected[i])",
        arg=expected,
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_a_click_on_the_heading_opens_and_closes_with_and_without_javascript(
    small, new_page, scripts
):
    page = new_page(java_script_enabled=scripts)
    page.goto(small.url(PAGE))
    assert heading(page).is_visible() and page.get_by_text("The core goes on").is_visible()
    assert not inside(page).is_visible()
    heading(page).click()
    assert inside(page).is_visible()
    assert not page.get_by_text("Turned by an angle").is_visible(), "the other one stays closed"
    heading(page).click()
    assert not inside(page).is_visible()


def test_the_keyboard_opens_it_and_the_focus_can_be_seen(small, new_page):
    page = new_page()
    page.goto(small.url(PAGE))
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('details.further > summary')"):
            break
    outline = "(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))"
    assert page.evaluate(outline) == ["solid", "3px"]
    page.keyboard.press("Enter")
    assert opened(page) == [True, False]


def test_its_heading_is_one_to_a_screen_reader(small, new_page):
    page = new_page()
    page.goto(small.url(PAGE))
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    said = [node["name"]["value"] for node in tree if node["role"]["value"] == "heading"]
    assert {"The block", "Why the root", "Rotary positions"} <= set(said)


# Of the second, the identifier is the section's own; of the third, a label written before it.
@pytest.mark.parametrize("place", ["its-derivation", "why-the-root", "ch17-root"])
def test_an_address_that_leads_into_it_opens_it(small, new_page, place):
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto(small.url(PAGE) + f"#{place}")
    wait_for(page, [True, False])
    target = page.locator(f"#{place}")
    wait_for_the_top(page, target if place != "ch17-root" else heading(page))


def test_an_address_that_leads_elsewhere_opens_nothing(small, new_page):
    page = new_page()
    page.goto(small.url(PAGE) + "#positions")
    assert opened(page) == [False, False]


def test_the_list_of_contents_opens_it_as_often_as_it_is_asked(small, new_page):
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto(small.url(PAGE))
    entry = page.locator(".bd-sidebar-secondary a", has_text="Why the root")
    for _ in range(2):
        entry.click()
        wait_for(page, [True, False])
        wait_for_the_top(page, heading(page))
        page.locator("details.further > summary").first.click(position={"x": 5, "y": 5})
        assert opened(page) == [False, False]


def test_going_back_to_a_place_in_it_opens_it(small, new_page):
    page = new_page()
    page.goto(small.url(PAGE) + "#why-the-root")
    page.goto(small.url(PAGE) + "#positions")
    page.evaluate("document.querySelector('details.further').open = false")
    page.go_back()
    wait_for(page, [True, False])


def test_a_link_on_another_page_opens_it(small, new_page):
    page = new_page()
    page.goto(small.url("notebooks/16-attention.html"))
    page.get_by_role("link", name="the derivation of the root").click()
    page.wait_for_url("**/17-transformers.html*")
    wait_for(page, [True, False])


def search(page, small, words):
    page.goto(small.url(f"search.html?q={words}"))
    return page.locator("#search-results ul.search li a")


def test_a_search_for_its_heading_leads_into_it(small, new_page):
    page = new_page()
    search(page, small, "derivation").filter(has_text="Its derivation").click()
    page.wait_for_url("**/17-transformers.html*#its-derivation")
    wait_for(page, [True, False])


def test_a_search_for_a_word_that_only_it_has_opens_it(small, new_page):
    page = new_page()
    search(page, small, FURTHER_WORD).filter(has_text="Transformers").first.click()
    page.wait_for_url("**/17-transformers.html*")
    wait_for(page, [True, False])
    page.locator(".highlighted", has_text=FURTHER_WORD).wait_for()


def test_a_search_for_a_word_that_the_core_has_too_leaves_it_closed(small, new_page):
    page = new_page()
    search(page, small, WORD_OF_BOTH).filter(has_text="Transformers").first.click()
    page.wait_for_url("**/17-transformers.html*")
    page.locator(".highlighted", has_text=WORD_OF_BOTH).first.wait_for()
    assert opened(page) == [False, False]


def test_the_browsers_own_search_opens_it(small, new_page):
    """An address with a text to find is resolved by what find-in-page uses, which has no switch."""
    page = new_page()
    page.goto(small.url(PAGE) + f"#:~:text={FURTHER_WORD}")
    wait_for(page, [True, False])


@pytest.mark.parametrize("scripts", [True, False])
def test_on_paper_it_is_open_with_and_without_javascript(small, new_page, scripts):
    page = new_page(java_script_enabled=scripts)
    page.goto(small.url(PAGE))
    page.emulate_media(media="print")
    inside(page).wait_for()
    assert page.get_by_text("Turned by an angle").is_visible()
    page.emulate_media(media="screen")
    inside(page).wait_for(state="hidden")


def test_for_a_browser_that_cannot_style_what_is_folded_the_script_opens_it_on_paper(
    small, new_page
):
    page = new_page()
    page.goto(small.url(PAGE))
    heading(page).click()
    page.emulate_media(media="print")
    wait_for(page, [True, True])
    page.emulate_media(media="screen")
    wait_for(page, [True, False])


def test_tabs_in_it_follow_the_choice_and_compare(small, new_page):
    page = new_page()
    page.goto(small.url(PAGE))
    page.locator(".framework-tabs").first.locator("label", has_text="PyTorch").click()
    heading(page).click()
    shown = page.get_by_text("root in PyTorch", exact=True)
    hidden = page.get_by_text("root in NumPy", exact=True)
    assert shown.is_visible() and not hidden.is_visible()
    page.locator("details.further .compare").click()
    assert shown.is_visible() and hidden.is_visible()


def test_formulas_and_figures_in_it_are_as_large_as_they_would_be_outside(small, new_page):
    sizes = []
    for open_from_the_start in (False, True):
        page = new_page()
        if open_from_the_start:
            page.add_init_script(
                "document.addEventListener('DOMContentLoaded', () =>"
                " document.querySelector('details.further').open = true)"
            )
        page.goto(small.url(PAGE))
        page.wait_for_selector("details.further mjx-container svg", state="attached")
        page.evaluate("MathJax.startup.promise")
        page.evaluate("document.querySelector('details.further').open = true")
        boxes = page.locator("details.further :is(mjx-container svg, img)")
        sizes.append([boxes.nth(i).bounding_box() for i in range(boxes.count())])
    assert sizes[0] == sizes[1]
    assert len(sizes[0]) == 4 and all(box["width"] > 5 and box["height"] > 5 for box in sizes[0])
