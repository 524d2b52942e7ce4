/** Puts the widget on a dashboard. Classic: it runs after the deferred faces. */
(function () {
  'use strict';
  const page = /** @type {any} */ (window);
  document.addEventListener('DOMContentLoaded', () => {
    if (document.getElementById('messenger-dashboard-widget')) new page.MessengerWidgetV4('messenger-dashboard-widget', { maxItems: 5 });
    if (!document.getElementById('messenger-dashboard-widget-supplier')) return;
    new page.MessengerWidgetV4('messenger-dashboard-widget-supplier', {
      maxItems: 5,
      searchInputId: 'widget-search-input-supplier',
      filterSelectId: 'widget-filter-select-supplier',
      sortSelectId: 'widget-sort-select-supplier',
    });
  });
})();
