namespace AutoGpt.Sdk;

/// <summary>How the page about a run looks: light or dark as the reader's system is, in a browser or on paper.</summary>
internal static class ReportStyle
{
    public const string Css = """

        :root {
          color-scheme: light dark;
          --page: #fff; --card: #f5f6f8; --text: #1a1d21; --soft: #565d66; --line: #d5d9de; --rule: #e7eaed;
          --good: #1a7f42; --bad: #b3261e; --open: #7a5d00; --on: #fff;
          --planning: #2f6fd0; --tools: #1a7f42; --judging: #8250c4; --other: #7d858f;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #14171a; --card: #1d2126; --text: #e6e9ec; --soft: #a3abb5; --line: #3a4149; --rule: #2a3036;
            --good: #4cc27a; --bad: #ff8a80; --open: #e0b93f; --on: #101214;
            --planning: #6ea8ff; --tools: #4cc27a; --judging: #bf9af0; --other: #8e97a1;
          }
        }
        * { box-sizing: border-box; }
        body { background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; margin: 0; }
        main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.5rem; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin: 0 0 .4rem; }
        h3 { color: var(--soft); font-size: .8rem; font-weight: 600; margin: .6rem 0 .1rem; }
        p { margin: .4rem 0; overflow-wrap: anywhere; }
        small { color: var(--soft); font-size: .85rem; }
        section { border-top: 1px solid var(--line); margin-top: 1.6rem; padding-top: 1.1rem; }
        header + h2, pre + h2 { margin-top: 1rem; }
        dl { display: grid; gap: .15rem 1rem; grid-template-columns: minmax(6rem, max-content) 1fr; margin: 0; }
        dt { color: var(--soft); overflow-wrap: anywhere; max-width: 14rem; } dd { margin: 0; overflow-wrap: anywhere; }
        .tiles { gap: .6rem; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); }
        .tiles div { background: var(--card); border-radius: .5rem; padding: .5rem .75rem; }
        .tiles dt { font-size: .8rem; } .tiles strong { display: block; font-size: 1.1rem; } .tiles small { display: block; line-height: 1.3; }
        pre { background: var(--card); border-radius: .4rem; font: .85rem/1.45 ui-monospace, monospace; margin: .2rem 0; max-height: 22rem; overflow: auto; padding: .6rem .75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        code { font: .9rem ui-monospace, monospace; overflow-wrap: anywhere; }
        .status { display: inline-block; background: var(--open); border-radius: 1rem; color: var(--on); font-size: .78rem; font-weight: 600; line-height: 1.35rem; padding: 0 .6rem; white-space: nowrap; }
        .status.good { background: var(--good); } .status.bad { background: var(--bad); }
        svg { display: block; width: 100%; }
        .phases { border-radius: .3rem; height: 1rem; margin: 1rem 0 .4rem; }
        .legend { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; list-style: none; margin: 0; padding: 0; font-size: .9rem; }
        .key { border-radius: .2rem; display: inline-block; height: .7rem; margin-right: .4rem; width: .7rem; }
        rect.planning { fill: var(--planning); } rect.tools { fill: var(--tools); } rect.judging { fill: var(--judging); } rect.other { fill: var(--other); }
        .key.planning { background: var(--planning); } .key.tools { background: var(--tools); } .key.judging { background: var(--judging); } .key.other { background: var(--other); }
        .steps { list-style: none; margin: 0 0 .8rem; padding: 0; }
        .steps li { border-bottom: 1px solid var(--rule); break-inside: avoid; }
        summary, .axis { align-items: center; column-gap: .6rem; display: grid; grid-template-columns: 2rem minmax(7rem, 13rem) 6.5rem 1fr 5.5rem; padding: .15rem .25rem; }
        summary { border-radius: .3rem; cursor: pointer; list-style: none; } summary:not(.candidates)::-webkit-details-marker { display: none; }
        summary:hover { background: var(--card); }
        :focus-visible { outline: 2px solid var(--planning); outline-offset: 1px; }
        .number { color: var(--soft); text-align: right; } .number::before { content: "▸ "; font-size: .7rem; } details[open] .number::before { content: "▾ "; }
        summary code { line-height: 1.6; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } details[open] > summary code { white-space: normal; }
        .status { justify-self: start; } .time { text-align: right; white-space: nowrap; }
        .bars { height: 1.1rem; overflow: visible; }
        .bars rect { fill: var(--open); } .bars rect.good { fill: var(--good); } .bars rect.bad { fill: var(--bad); }
        .bars path { fill: none; vector-effect: non-scaling-stroke; } .tick { stroke: var(--rule); stroke-width: 1; } .resumed { stroke: var(--open); stroke-dasharray: 3 2; stroke-width: 2; }
        .axis { color: var(--soft); font-size: .75rem; } .axis div { grid-column: 4; height: 1.2rem; position: relative; }
        .axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; } .axis span:first-child { transform: none; } .axis span.last { transform: translateX(-100%); }
        .depth-1 { margin-left: 1rem; } .depth-2 { margin-left: 2rem; } .depth-3 { margin-left: 3rem; } .depth-4 { margin-left: 4rem; }
        summary.candidates { display: list-item; list-style: inside; padding: .15rem .25rem; } ol.candidates { margin: .2rem 0 .6rem; }
        .step { padding: 0 .5rem .8rem 2.6rem; }
        @media (max-width: 44rem) {
          summary { grid-template-columns: 2rem 1fr auto auto; } .bars { grid-column: 1 / -1; grid-row: 2; }
          .axis { display: block; } .axis span:nth-child(even) { display: none; } .step { padding-left: .5rem; }
        }
        @media print {
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          main { max-width: none; padding: 0; } body { font-size: 11px; }
          details::details-content { content-visibility: visible; height: auto; } pre { max-height: none; overflow: visible; }
          .number::before { content: "" !important; }
        }

        """;
}
