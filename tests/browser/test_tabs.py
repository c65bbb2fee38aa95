"""Framework tabs in a browser: by mouse, by keyboard, over pages, on paper, without JavaScript."""

CHAPTER, OTHER = "notebooks/04-backpropagation.html", "notebooks/16-attention.html"


def shown(page):
    """The labels of the panels that can be seen, one list for every tab set."""
    return page.locator(".framework-tabs").evaluate_all(
        """sets => sets.map(set => [...set.querySelectorAll('.sd-tab-content')]
             .filter(panel => panel.checkVisibility())
             .map(panel => panel.previousElementSibling.textContent.trim()))"""
    )


def everywhere(page, name):
    return all(panels == [name] for panels in shown(page)) and len(shown(page)) > 0


def tab(page, name, index=0):
    return page.locator(".framework-tabs").nth(index).locator("label", has_text=name)


def test_a_click_switches_every_set_of_the_page_outputs_included(small, new_page):
    page = new_page()
    page.goto(small.url(CHAPTER))
    assert everywhere(page, "NumPy")
    tab(page, "PyTorch").click()
    assert shown(page) == [["PyTorch"], ["PyTorch"]]
    assert page.get_by_text("backward in PyTorch", exact=True).is_visible()
    assert not page.get_by_text("backward in NumPy", exact=True).is_visible()


def test_the_choice_holds_on_every_page_and_after_a_reload(site, new_page):
    page = new_page()
    pages = site.with_tabs()
    assert pages, "no page with framework tabs"
    page.goto(site.url(pages[0]))
    tab(page, "PyTorch").click()
    page.reload()
    assert everywhere(page, "PyTorch")
    for name in pages:
        page.goto(site.url(name))
        have = [set_ for set_ in shown(page) if set_]
        assert have and all(panels == ["PyTorch"] for panels in have), name


def test_the_choice_travels_with_links_where_storage_does_not(small, new_page):
    page = new_page()
    page.add_init_script("Storage.prototype.getItem = () => null")
    page.goto(small.url(CHAPTER))
    tab(page, "PyTorch").click()
    page.locator("a.right-next").click()
    page.wait_for_url("**/16-attention.html*")
    expected = "PyTorch" if small.address.startswith("file:") else "TensorFlow"
    assert shown(page)[0] == [expected]


def test_arrow_keys_move_between_tabs(site, new_page):
    page = new_page()
    page.goto(site.url(site.with_tabs()[0]))
    page.locator(".framework-tabs > input").first.focus()
    page.keyboard.press("ArrowRight")
    assert everywhere(page, "TensorFlow")
    page.keyboard.press("ArrowRight")
    assert everywhere(page, "PyTorch")
    page.keyboard.press("ArrowLeft")
    assert everywhere(page, "TensorFlow")


def test_the_tab_key_reaches_the_tabs_and_the_focus_can_be_seen(small, new_page):
    page = new_page()
    page.goto(small.url(CHAPTER))
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.framework-tabs > input')"):
            break
    outline = page.evaluate(
        "(s => [s.outlineStyle, s.outlineWidth])"
        "(getComputedStyle(document.activeElement.nextElementSibling))"
    )
    assert outline == ["solid", "3px"]


def test_the_address_can_name_the_framework(site, new_page):
    page = new_page()
    page.goto(site.url(site.with_tabs()[0]) + "?framework=pytorch")
    assert everywhere(page, "PyTorch")


def test_an_unknown_framework_in_the_address_changes_nothing(small, new_page):
    page = new_page()
    page.goto(small.url(CHAPTER) + "?framework=fortran")
    assert everywhere(page, "NumPy")
    assert page.evaluate("localStorage.getItem('sidebyside-frameworks')") is None


def test_a_set_without_the_chosen_framework_shows_the_one_chosen_before(small, new_page):
    page = new_page()
    page.goto(small.url(CHAPTER))
    tab(page, "PyTorch").click()
    tab(page, "NumPy").click()
    page.goto(small.url(OTHER))
    assert shown(page) == [["PyTorch"]]


def test_such_a_set_shows_its_first_panel_to_a_reader_who_chose_nothing_else(small, new_page):
    page = new_page()
    page.goto(small.url(CHAPTER))
    tab(page, "TensorFlow").click()
    tab(page, "NumPy").click()
    page.evaluate("localStorage.setItem('sidebyside-frameworks', '[\"numpy\"]')")
    page.goto(small.url(OTHER))
    assert shown(page) == [["TensorFlow"]]


def test_the_page_stays_still_under_the_pointer(small, new_page):
    page = new_page(viewport={"width": 900, "height": 500})
    page.goto(small.url(CHAPTER))
    page.add_style_tag(content=".sd-tab-content.framework-pytorch { min-height: 900px }")
    label = tab(page, "PyTorch", index=1)
    label.scroll_into_view_if_needed()
    before = label.bounding_box()["y"]
    label.click()
    assert abs(label.bounding_box()["y"] - before) < 2


def test_compare_shows_all_panels_and_holds(small, new_page):
    page = new_page()
    page.goto(small.url(CHAPTER))
    page.locator(".compare").first.click()
    assert shown(page) == [["NumPy", "TensorFlow", "PyTorch"]] * 2
    page.goto(small.url(OTHER))
    assert shown(page) == [["TensorFlow", "PyTorch"]]
    page.locator(".compare").first.click()
    assert shown(page) == [["TensorFlow"]]


def test_on_paper_all_panels_stand_under_one_another_with_their_names(site, new_page):
    page = new_page()
    for name in site.with_tabs():
        page.goto(site.url(name))
        page.emulate_media(media="print")
        for panels in shown(page):
            assert len(panels) > 1, f"{name}: only {panels} printed"
        order = page.locator(".framework-tabs").first.evaluate(
            """set => [...set.children].filter(n => n.checkVisibility() && n.tagName != 'BUTTON')
                 .map(n => [n.tagName, Math.round(n.getBoundingClientRect().top)])"""
        )
        assert {kind for kind, _ in order} == {"LABEL", "DIV"}, f"{name}: {order}"
        tops = [top for _, top in order]
        assert tops == sorted(tops) and len(set(tops)) == len(tops), f"{name}: {order}"
        assert not page.locator(".compare").first.is_visible()


def test_tabs_work_without_javascript(small, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(small.url(CHAPTER))
    second = page.get_by_text("forward in TensorFlow", exact=True)
    assert not second.is_visible()
    tab(page, "TensorFlow").click()
    assert second.is_visible()


def test_a_link_into_a_hidden_panel_opens_it(small, new_page):
    page = new_page()
    page.goto(small.url(CHAPTER))
    panel = page.locator(".sd-tab-content.framework-pytorch").first.get_attribute("id")
    tab(page, "TensorFlow").click()
    page.goto("about:blank")
    page.goto(small.url(CHAPTER) + f"#{panel}")
    assert shown(page)[0] == ["PyTorch"]


def test_a_page_read_in_the_dark_is_printed_dark_on_light(site, new_page):
    page = new_page(color_scheme="dark")
    page.goto(site.url(site.with_tabs()[0]))
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.emulate_media(media="print")
    page.wait_for_function(f"{theme} == 'light'")
    code = page.locator("div.cell_input pre").first
    ink = code.evaluate("n => getComputedStyle(n).color")
    assert max(int(part) for part in ink[4:-1].split(",")) < 90, ink
    page.emulate_media(media="screen")
    page.wait_for_function(f"{theme} == 'dark'")
