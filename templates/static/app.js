/* What the pages do beyond plain HTML. Everything works without this file; nothing here decides anything. */
(function () {
  'use strict';
  var doc = document, root = doc.documentElement;
  function one(sel, from) { return (from || doc).querySelector(sel); }
  function all(sel, from) { return Array.prototype.slice.call((from || doc).querySelectorAll(sel)); }
  function remember(key, value) { try { localStorage.setItem(key, value); } catch (e) { /* private mode */ } }
  function recall(key) { try { return localStorage.getItem(key); } catch (e) { return null; } }
  var phone = window.matchMedia('(max-width: 60rem)').matches;

  /* look: the link works by itself; with script the page changes in place */
  var looks = {
    size: { normal: ['large', '特大字'], large: ['xlarge', '标准字号'], xlarge: ['normal', '大字版'] },
    theme: { light: ['dark', '浅色'], dark: ['light', '深色'] }
  };
  doc.addEventListener('click', function (e) {
    var link = e.target.closest && e.target.closest('[data-look]');
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    var kind = link.dataset.look, step = looks[kind][root.dataset[kind]] || ['large', '特大字'];
    root.dataset[kind] = step[0];
    doc.cookie = kind + '=' + step[0] + '; path=/; max-age=31536000; samesite=lax' + (location.protocol === 'https:' ? '; secure' : '');
    all('[data-look=' + kind + '] span').forEach(function (s) { s.textContent = step[1]; });
    all('[data-look=' + kind + ']').forEach(function (a) {
      a.href = a.href.replace(/(size|theme)=\w+/, kind + '=' + (looks[kind][step[0]] || ['normal'])[0]);
    });
  });

  /* open menus close when one clicks elsewhere or presses Escape */
  function shut(except) { all('.drop[open], .menu[open]').forEach(function (d) { if (d !== except && !(except && d.contains(except))) d.open = false; }); }
  doc.addEventListener('click', function (e) { shut(e.target.closest && e.target.closest('.drop, .menu')); });
  if (phone) all('[data-fold]').forEach(function (d) { d.open = false; });

  /* a refused form: the summary takes the focus; its links go to the field */
  function heed(from) { var box = one('#err-sum', from); if (box) box.focus(); }
  heed(doc);

  /* on a phone the tab one is on may lie outside */
  all('.tabs [aria-current]').forEach(function (tab) { var box = tab.closest('.tabs'); box.scrollLeft = tab.offsetLeft - box.offsetLeft - (box.clientWidth - tab.offsetWidth) / 2; });

  /* one click, one answer; an autosave on its way comes first, because it brings the version that the click has to carry */
  doc.addEventListener('submit', function (e) {
    var form = e.target, by = e.submitter;
    if (!form.matches('[data-form]') || e.defaultPrevented) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    if (form.matches('.htmx-request')) {
      e.preventDefault();
      form.addEventListener('htmx:afterRequest', function () { setTimeout(function () { form.requestSubmit(by); }, 60); }, { once: true });
      return;
    }
    var endless = all('textarea', form).filter(function (t) { return t.value.length > 100000; })[0];
    if (endless) {  /* the server would not read it, and the page that says so has lost the typing */
      e.preventDefault();
      endless.setCustomValidity('内容有 ' + endless.value.length + ' 字，太长了，不能提交。请删减后再提交。'); endless.reportValidity(); endless.setCustomValidity('');
      return;
    }
    form.dataset.sent = '1';
    form.setAttribute('aria-busy', 'true');
    setTimeout(function () { delete form.dataset.sent; form.removeAttribute('aria-busy'); }, 8000);
  });
  window.addEventListener('pageshow', function () { all('[data-sent]').forEach(function (f) { delete f.dataset.sent; f.removeAttribute('aria-busy'); }); });

  /* counters and the 元/万元 guard */
  function length(text) { return Array.from(text.replace(/\r\n/g, '\n')).length; }
  function count(note) {
    var box = doc.getElementById(note.dataset.count); if (!box) return;
    var n = length(box.value), min = +note.dataset.min || 0, max = +note.dataset.max || 0, say = '已输入 ' + n;
    if (max && n > max) say += ' 字，超出 ' + (n - max) + ' 字';
    else if (n < min) say += ' 字，还差 ' + (min - n) + ' 字（' + min + (max ? '–' + max + ' 字' : ' 字以上') + '）';
    else say += (max ? ' / ' + max : '') + ' 字';
    note.textContent = say; note.classList.toggle('count-over', !!max && n > max);
  }
  /* reads what the server reads: full-width digits, thousands, ¥3000, 1.2万 */
  function plain(text) {
    var typed = String(text).replace(/[０-９．]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 65248); }).replace(/[,，\s元¥￥]/g, '');
    return parseFloat(typed) * (typed.slice(-1) === '万' ? 10000 : 1);
  }
  function guard(box) {
    var note = doc.getElementById(box.id + '-guard'), value = plain(box.value), most = +box.dataset.guard, unit = box.dataset.unit;
    if (!note) return;
    if (!(value > most)) note.textContent = '';
    else if (unit === '万元') note.textContent = '这里以万元为单位。您是否想填 ' + (value / 10000).toFixed(2) + ' 万元？';
    else note.textContent = '这个数大于上限 ' + most.toLocaleString('zh-CN') + ' ' + unit + '，请核对单位。';
  }
  function addUp(cell) {
    var rows = cell.closest('[data-rows]'), total = 0;
    all('input', rows).forEach(function (i) { if (i.name.slice(-cell.dataset.sum.length - 1) === '-' + cell.dataset.sum) total += Math.max(plain(i.value) || 0, 0); });
    cell.textContent = total.toLocaleString('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
  doc.addEventListener('input', function (e) {
    var t = e.target;
    if (t.id) { var note = one('[data-count="' + t.id + '"]'); if (note) count(note); }
    if (t.dataset.guard) guard(t);
    var rows = t.closest('[data-rows]'); if (rows) all('[data-sum]', rows).forEach(addUp);
  });
  all('[data-count]').forEach(count);
  all('[data-sum]').forEach(addUp);

  /* repeatable lines: the copy carries the next number; an emptied line is dropped by the server */
  function renumber(row, from, to) {
    all('[name], [id], [for], [aria-label], [aria-describedby]', row).forEach(function (el) {
      ['name', 'id', 'for', 'aria-describedby'].forEach(function (a) { if (el.hasAttribute(a)) el.setAttribute(a, el.getAttribute(a).replace('-' + from + '-', '-' + to + '-')); });
      if (el.hasAttribute('aria-label')) el.setAttribute('aria-label', el.getAttribute('aria-label').replace(/第 \d+ 行/, '第 ' + (to + 1) + ' 行'));
    });
  }
  function empty(row) { all('input, textarea, select', row).forEach(function (i) { if (i.type === 'checkbox' || i.type === 'radio') i.checked = false; else i.value = ''; i.removeAttribute('aria-invalid'); }); all('.err-text', row).forEach(function (p) { p.remove(); }); all('.cell-bad', row).forEach(function (c) { c.classList.remove('cell-bad'); }); }
  all('[data-row-clear]').forEach(function (b) { b.hidden = false; });
  doc.addEventListener('click', function (e) {
    var add = e.target.closest && e.target.closest('[data-row-add]'), clear = e.target.closest && e.target.closest('[data-row-clear]');
    if (add) {
      var rows = add.closest('[data-rows]'), last = all('[data-row]', rows).pop();
      if (!last) return;
      e.preventDefault();
      var field = one('[name]', last), n = +(/-(\d+)-/.exec(field.name) || [0, 0])[1], copy = last.cloneNode(true);
      renumber(copy, n, n + 1); empty(copy); copy.hidden = false; last.parentNode.appendChild(copy);
      one('input, select, textarea', copy).focus();
    }
    if (clear) {
      var row = clear.closest('[data-row]'), box = row.closest('[data-rows]');
      empty(row);
      if (all('[data-row]', box).filter(function (r) { return !r.hidden; }).length > 1) row.hidden = true;
      all('[data-sum]', box).forEach(addUp);
      one('[data-row-add]', box).focus();
      row.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });

  /* uploads: say what was chosen; take what is dropped */
  all('[data-upload]').forEach(function (box) {
    var input = one('input[type=file]', box), list = one('.upload-new', box);
    input.addEventListener('change', function () {
      list.textContent = '';
      Array.prototype.forEach.call(input.files, function (f) {
        var li = doc.createElement('li'), size = f.size < 1048576 ? Math.ceil(f.size / 1024) + ' KB' : (f.size / 1048576).toFixed(1) + ' MB';
        li.textContent = f.name + '（' + size + '，保存后上传）'; list.appendChild(li);
      });
    });
    ['dragenter', 'dragover'].forEach(function (t) { box.addEventListener(t, function (e) { e.preventDefault(); box.classList.add('upload-over'); }); });
    ['dragleave', 'drop'].forEach(function (t) { box.addEventListener(t, function () { box.classList.remove('upload-over'); }); });
    box.addEventListener('drop', function (e) { e.preventDefault(); if (e.dataTransfer.files.length) { input.files = e.dataTransfer.files; input.dispatchEvent(new Event('change')); } });
  });
  all('[data-reveal]').forEach(function (b) {
    b.hidden = false;
    b.addEventListener('click', function () { var i = doc.getElementById(b.dataset.reveal), show = i.type === 'password'; i.type = show ? 'text' : 'password'; b.textContent = show ? '隐藏' : '显示'; });
  });

  /* ticked rows and their head box */
  doc.addEventListener('change', function (e) {
    if (e.target.matches('[data-tick-all]')) all('.tick input', e.target.closest('form')).forEach(function (i) { i.checked = e.target.checked; });
    var form = e.target.closest('form'), note = form && one('[data-picked]', form);
    if (note) { var n = all('.tick input:checked', form).filter(function (i) { return !i.matches('[data-tick-all]'); }).length; note.textContent = n ? '已选 ' + n + ' 项：' : '对选中的行：'; }
  });

  /* scoring by keys: 1–5 band, J/K criterion; can be switched off (WCAG 2.1.4) */
  var sheet = all('[data-criterion]'), at = Math.max(0, sheet.findIndex(function (c) { return c.classList.contains('criterion-on'); }));
  function total() { var out = one('[data-total]'); if (out) out.textContent = all('[data-score]').reduce(function (sum, i) { return sum + (+i.value || 0); }, 0).toFixed(1).replace(/\.0$/, ''); }
  function mark(i) { if (!sheet[i]) return; sheet[at].classList.remove('criterion-on'); at = i; sheet[i].classList.add('criterion-on'); }
  function go(i) { if (!sheet[i]) return; mark(i); (one('input:checked', sheet[i]) || one('input', sheet[i])).focus(); sheet[i].scrollIntoView({ block: 'nearest' }); }
  function typing(e) { var t = e.target; return t.isContentEditable || /^(TEXTAREA|SELECT)$/.test(t.tagName) || (t.tagName === 'INPUT' && !/^(radio|checkbox|button|submit)$/.test(t.type)); }
  sheet.forEach(function (c, i) {
    c.addEventListener('focusin', function () { mark(i); });
    c.addEventListener('input', function (e) {
      var score = one('[data-score]', c);
      if (e.target.matches('[data-band]')) { score.value = e.target.value; score.dispatchEvent(new Event('change', { bubbles: true })); }
      else if (e.target === score && score.value !== '') { var fit = null; all('[data-band]', c).forEach(function (b) { if (+b.value <= +score.value && (!fit || +b.value > +fit.value)) fit = b; }); if (fit) fit.checked = true; }
      total();
    });
  });
  var keys = recall('keys') !== 'off', off = one('[data-keys-off]');
  if (off) {
    off.hidden = false; off.textContent = keys ? '关闭快捷键' : '启用快捷键';
    off.addEventListener('click', function () { keys = !keys; remember('keys', keys ? 'on' : 'off'); off.textContent = keys ? '关闭快捷键' : '启用快捷键'; });
  }
  doc.addEventListener('keydown', function (e) {
    if (e.isComposing || e.keyCode === 229) return;
    if (e.key === 'Escape') { shut(null); return; }
    if (e.ctrlKey || e.altKey || e.metaKey || typing(e) || !keys) return;
    if (e.key === '/') { var q = one('[data-slash]'); if (q && q.offsetParent) { e.preventDefault(); q.focus(); } }
    if (!sheet.length) return;
    var key = e.key.toLowerCase();
    if (key === 'j') go(at + 1);
    else if (key === 'k') go(at - 1);
    else if (/^[1-5]$/.test(key)) { var band = all('[data-band]', sheet[at])[key - 1]; if (band) { band.checked = true; band.focus(); band.dispatchEvent(new Event('input', { bubbles: true })); } }
  });

  /* Enter that ends a Chinese composition is not a submit */
  doc.addEventListener('keydown', function (e) { if (e.key === 'Enter' && (e.isComposing || e.keyCode === 229) && e.target.tagName === 'INPUT') e.preventDefault(); }, true);

  /* htmx only where a page asks for it; after load, because it starts by itself only in a finished document */
  if (one('[hx-get], [hx-post]')) window.addEventListener('load', function () { var s = doc.createElement('script'); s.src = '/static/htmx.min.js'; doc.head.appendChild(s); });

  /* autosave that did not arrive must not look saved; a fragment brings its own errors */
  doc.addEventListener('htmx:beforeRequest', function (e) { if (e.target.dataset.sent) e.preventDefault(); });
  doc.addEventListener('htmx:sendError', function () { say('网络中断，尚未保存。恢复后会再试，请不要关闭页面'); });
  doc.addEventListener('htmx:responseError', function () { say('尚未保存，请点“保存”'); });
  function say(text) { var s = one('#saved'); if (s) { s.className = 'saved saved-bad'; s.textContent = text; } }
  doc.addEventListener('htmx:afterSwap', function (e) { heed(e.target); all('[data-count]', e.target).forEach(count); });
})();
