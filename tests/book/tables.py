"""What a browser says of a table that does not show all of itself."""

#: Script that returns, for every table of a page, whether it hides rows or columns or leaves the page.
CUT = """() => [...document.querySelectorAll('.dewak-scroll')].flatMap(r => {
  const page = document.documentElement.clientWidth + 1, cut = [];
  if (r.scrollHeight > r.clientHeight + 1 && getComputedStyle(r).overflowY !== 'visible') cut.push('rows');
  if (r.scrollWidth > r.clientWidth + 1) cut.push('columns');
  for (const cell of r.querySelectorAll('tbody th, tbody td'))
    if (cell.getBoundingClientRect().right > page) { cut.push('page'); break; }
  return cut; })"""
