using System.Diagnostics;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>A template is a file from somewhere: whatever it does ends soon, in a typed exception.</summary>
public sealed class ChatTemplateLimitsTests
{
    private static readonly JsonElement s_messages = JsonDocument.Parse("""[{"role":"user","content":"x"}]""").RootElement;

    private static readonly string[] s_greedy =
    [
        "{% set r = range(100000) %}{% for a in r %}{% for b in r %}{% for c in r %}{% endfor %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(100) %}{% set ns.x %}{{ ns.x }}{{ ns.x }}{% endset %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(90000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(90000) %}{% set ns.x = [ns.x] %}{% set ns.y = [ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(90000) %}{% set ns.x = {'a': ns.x} %}{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == ns.x }}{{ ns.x | string }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{{ 'a' * 1000000000 }}", "{{ 'abc' | indent(1000000000) }}", "{{ 'a' * 99999999999999999999 }}", "{{ range(1000000000) }}", "{{ range(-99999999999, 99999999999) }}",
        "{{ 9 ** 9 ** 9 ** 9 }}", "{% set ns = namespace(x=3) %}{% for i in range(1000) %}{% set ns.x = ns.x * ns.x %}{% endfor %}", "{{ 2 ** 1000000 }}",
        "{{ {'a': [1]} | tojson(indent=1000000000) }}", "{{ ('a' * 60000000) | replace('', 'xxxxxxxxxxxxxxxxxxxxx') }}", "{{ ('a' * 1000000) | list | join('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') }}",
        "{% for i in range(99999) %}{{ 'a' * 600 }}{{ ('ab' * 500) in ('ab' * 5000) }}{% endfor %}",
        "{% for i in range(99999) %}{{ (range(99999) | unique | list) }}{% endfor %}",
    ];

    [TestCaseSource(nameof(s_greedy))]
    public void What_a_template_costs_is_bounded(string source)
    {
        ChatTemplate template = ChatTemplate.Compile(source);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        ChatTemplateException problem = Assert.Throws<ChatTemplateException>(() => template.Render(s_messages))!;
        Assert.That(problem.Problem, Does.Contain("more than").Or.Contain("too large").Or.Contain("wants an indent"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8L << 30));
    }

    [TestCase("(", ")"), TestCase("[", "]"), TestCase("{'a':", "}"), TestCase("-", ""), TestCase("not ", ""), TestCase("1 if 1 else ", "")]
    public void Deep_nesting_is_refused(string open, string close)
    {
        string source = "{{" + string.Concat(Enumerable.Repeat(open, 50_000)) + "1" + string.Concat(Enumerable.Repeat(close, 50_000)) + "}}";
        Assert.That(() => ChatTemplate.Compile(source), Throws.TypeOf<ChatTemplateException>().With.Message.Contains("nested more than 100"));
    }

    [TestCase(" + 1"), TestCase(" ~ 1"), TestCase("|string"), TestCase(".a"), TestCase("[0]"), TestCase(" and 1"), TestCase(" if 1")]
    public void A_long_chain_ends_in_a_typed_exception(string link)
    {
        ChatTemplate template = ChatTemplate.Compile("{{ 1" + string.Concat(Enumerable.Repeat(link, 100_000)) + " }}");
        Thread small = new(() => Assert.That(() => template.Render(s_messages), Throws.TypeOf<ChatTemplateException>()), 1 << 20);
        small.Start();
        small.Join();
    }

    [Test]
    public void Nested_blocks_are_refused()
    {
        string source = string.Concat(Enumerable.Repeat("{% if 1 %}", 50_000));
        Assert.That(() => ChatTemplate.Compile(source), Throws.TypeOf<ChatTemplateException>().With.Message.Contains("nested more than 100"));
        Assert.That(() => ChatTemplate.Compile(new string('x', (1 << 20) + 1)), Throws.TypeOf<ChatTemplateException>());
    }

    [Test]
    public void Rendering_can_be_cancelled()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        ChatTemplate template = ChatTemplate.Compile("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}");
        Assert.That(() => template.Render(s_messages, cancellationToken: source.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Limits_are_the_callers()
    {
        ChatTemplate template = ChatTemplate.Compile("{% for a in range(100) %}ab{% endfor %}");
        Assert.That(template.Render(s_messages).Text, Has.Length.EqualTo(200));
        Assert.That(() => template.Render(s_messages, options: new() { Limits = new() { Steps = 50 } }), Throws.TypeOf<ChatTemplateException>().With.Message.Contains("50 steps"));
        Assert.That(() => template.Render(s_messages, options: new() { Limits = new() { Characters = 199 } }), Throws.TypeOf<ChatTemplateException>().With.Message.Contains("199 characters"));
    }
}
