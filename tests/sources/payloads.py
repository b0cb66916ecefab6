"""One small answer for each kind of source, written by us after the documented or recorded shapes: path → body."""

from __future__ import annotations

import json

from bot.sources.kinds import SOURCES


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


EDGAR = b"""<?xml version="1.0" encoding="ISO-8859-1" ?><feed xmlns="http://www.w3.org/2005/Atom">
<title>Latest Filings</title><id>x</id><updated>2026-11-24T10:00:00-05:00</updated>
<entry><title>8-K - Acme Chips, Inc. (0001234567) (Filer)</title>
<link rel="alternate" type="text/html" href="https://www.sec.gov/Archives/edgar/data/1234567/a-index.htm"/>
<summary type="html">&lt;b&gt;Filed:&lt;/b&gt; 2026-11-24 &lt;b&gt;AccNo:&lt;/b&gt; 0001234567-26-000009
&lt;br&gt;Item 1.01: Entry &lt;br&gt;Item 9.01: Exhibits</summary><updated>2026-11-24T09:30:00-05:00</updated>
<category scheme="https://www.sec.gov/" label="form type" term="8-K"/>
<id>urn:tag:sec.gov,2008:accession-number=0001234567-26-000009</id></entry></feed>"""

RELEASES = b"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>
<title>Release notes from Robot</title><updated>2026-11-24T10:00:00Z</updated>
<entry><id>tag:github.com,2008:Repository/42/v2.0</id><updated>2026-11-24T10:00:00Z</updated>
<link rel="alternate" type="text/html" href="https://github.com/acme/Robot/releases/tag/v2.0"/><title>v2.0</title>
<content type="html">&lt;p&gt;It walks.&lt;/p&gt;</content></entry></feed>"""

ARXIV = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>cs.CL</title><item><title>Folding stories</title>
<link>https://arxiv.org/abs/2611.01234</link><guid isPermaLink="false">oai:arXiv.org:2611.01234v1</guid>
<description>arXiv:2611.01234v1 Announce Type: new
Abstract: We fold stories.</description></item></channel></rss>"""

NEWS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>q</title><item>
<title>Chips move again - Example Times</title><link>https://news.google.com/rss/articles/CBMi1</link>
<guid isPermaLink="false">CBMi1</guid><pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate>
<source url="https://times.test">Example Times</source></item></channel></rss>"""

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title><item><title>Hello</title>
<link>https://blog.test/hello</link><guid>https://blog.test/hello</guid>
<pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate><description>World</description></item></channel></rss>"""

PAGE = """<html><body><a href="/news/one"><h2>A model that listens</h2></a>
<a href="/news/two">会写代码的模型今天正式发布</a>
<a href="/news/three">The third article of three</a></body></html>""".encode()

_SUBMISSIONS = {
    "cik": "1234567",
    "name": "Acme Chips, Inc.",
    "tickers": ["ACME"],
    "filings": {
        "recent": {
            "accessionNumber": ["0001234567-26-000009"],
            "filingDate": ["2026-11-24"],
            "acceptanceDateTime": ["2026-11-24T09:30:00.000Z"],
            "form": ["10-Q"],
            "items": [""],
            "primaryDocument": ["acme-10q.htm"],
        }
    },
}
_SEARCH = {
    "hits": {
        "hits": [
            {
                "_id": "0001234567-26-000009:ex99.htm",
                "_source": {
                    "adsh": "0001234567-26-000009",
                    "ciks": ["0001234567"],
                    "display_names": ["Acme Chips, Inc.  (ACME)  (CIK 0001234567)"],
                    "form": "8-K",
                    "file_date": "2026-11-24",
                    "items": ["7.01"],
                },
            }
        ]
    }
}
_RULES = {
    "count": 1,
    "results": [
        {
            "document_number": "2026-21001",
            "type": "Rule",
            "title": "Additions to the Entity List",
            "abstract": "Ten entries are added.",
            "publication_date": "2026-11-24",
            "effective_on": "2026-11-24",
            "agencies": [{"name": "Industry and Security Bureau", "slug": "industry-and-security-bureau"}],
            "html_url": "https://www.federalregister.gov/documents/2026/11/24/2026-21001/additions",
        }
    ],
}
_HKEX = {
    "maxNumOfFile": 1,
    "newsInfoLst": [
        {
            "newsId": 900,
            "title": "GLOBAL OFFERING",
            "lTxt": "Listing Documents - [Offer for Subscription]",
            "relTime": "24/11/2026 06:00",
            "webPath": "/listedco/listconews/sehk/2026/1124/900.pdf",
            "t2Code": "30700",
            "stock": [{"sc": "02999", "sn": "EXAMPLE ROBOTICS"}],
        }
    ],
}
_HKEX_ZH = {
    "maxNumOfFile": 1,
    "newsInfoLst": [
        {**_HKEX["newsInfoLst"][0], "newsId": 901, "title": "全球發售", "stock": [{"sc": "02999", "sn": "示例機器人"}]}  # type: ignore[index]
    ],
}
_IPO = {
    "app": [
        {
            "id": 7,
            "d": "14/11/2026",
            "a": "Example Robotics Co., Ltd. - H",
            "hasPhip": True,
            "ls": [{"d": "14/11/2026", "nF": "Application Proof (1st submission)", "u1": "sehk/2026/7/1.pdf"}],
        }
    ]
}
_TITLES = {
    "result": json.dumps(
        [
            {
                "NEWS_ID": "1",
                "STOCK_NAME": "EXAMPLE",
                "STOCK_CODE": "02999",
                "TITLE": "Articles &amp; Association",
                "DATE_TIME": "24/11/2026 19:10",
                "FILE_LINK": "/listedco/1.pdf",
                "LONG_TEXT": "Announcements and Notices - [Other]",
            }
        ]
    )
}
_CNINFO = {
    "hasMore": False,
    "announcements": [
        {
            "announcementId": "1",
            "announcementTitle": "<em>首次公开发行</em>股票招股意向书",
            "announcementTime": 1795449600000,
            "secCode": "688999",
            "secName": "示例科技",
            "adjunctUrl": "finalpage/2026-11-24/1.PDF",
        }
    ],
}
_REVIEWS = {
    "data": [
        {
            "prjid": 7,
            "cmpnm": "示例机器人股份有限公司",
            "prjst": "已受理",
            "boardName": "创业板",
            "updtdt": "2026-11-24",
        }
    ]
}
_MODELS = [
    {
        "_id": "f1",
        "id": "acme/Robot-V9",
        "author": "acme",
        "private": False,
        "gated": False,
        "tags": ["license:mit"],
        "pipeline_tag": "text-generation",
        "createdAt": "2026-11-24T10:00:00.000Z",
    }
]
_STORIES = {
    "hits": [
        {
            "objectID": "1",
            "title": "Chips & hands",
            "url": "https://times.test/a",
            "points": 55,
            "num_comments": 3,
            "created_at_i": 1795514400,
        }
    ]
}
_ARTICLES = {
    "articles": [
        {
            "url": "https://times.test/a",
            "title": "China ' s chips",
            "seendate": "20261124T101500Z",
            "domain": "times.test",
            "language": "English",
        }
    ]
}

ANSWERS: dict[str, dict[str, bytes]] = {
    "feed": {"/feed.xml": FEED},
    "arxiv": {"/rss/cs.CL": ARXIV},
    "cn-review": {"/api/ras/projectrends/query": _json(_REVIEWS)},
    "cninfo": {"/new/hisAnnouncement/query": _json(_CNINFO)},
    "edgar": {"/cgi-bin/browse-edgar": EDGAR},
    "edgar-company": {"/submissions/CIK0001234567.json": _json(_SUBMISSIONS)},
    "edgar-search": {"/LATEST/search-index": _json(_SEARCH)},
    "federal-register": {"/api/v1/documents.json": _json(_RULES)},
    "gdelt": {"/api/v2/doc/doc": _json(_ARTICLES)},
    "github": {"/acme/Robot/releases.atom": RELEASES},
    "google-news": {"/rss/search": NEWS},
    "hackernews": {"/api/v1/search_by_date": _json(_STORIES)},
    "hkex": {"/lcisehk1relsde_1.json": _json(_HKEX), "/lcisehk1relsdc_1.json": _json(_HKEX_ZH)},
    "hkex-ipo": {
        "/appactive_app_sehk_e.json": _json(_IPO),
        "/appactive_app_sehk_c.json": _json({"app": [{"id": 7, "a": "示例機器人"}]}),
    },
    "hkex-search": {"/search/titleSearchServlet.do": _json(_TITLES)},
    "huggingface": {"/api/models": _json(_MODELS)},
    "newsroom": {"/news": PAGE},
}
KINDS = sorted(SOURCES)
