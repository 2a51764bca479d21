namespace AutoGpt.Sdk.Models;

/// <summary>
/// A place in a grammar of byte strings, with what follows it. Nodes form a graph that is shared, never copied; only recursive schemas need a
/// stack on top of it.
/// </summary>
internal abstract class GrammarNode
{
    private static int s_count;

    /// <summary>Orders and names nodes in the keys of masks.</summary>
    public int Id { get; } = Interlocked.Increment(ref s_count);

    /// <summary>Bytes that must come as they are.</summary>
    public sealed class Literal(byte[] bytes, GrammarNode next) : GrammarNode
    {
        public byte[] Bytes => bytes;

        public GrammarNode Next => next;
    }

    /// <summary>Bytes an automaton accepts.</summary>
    public sealed class Run(ByteAutomaton automaton, GrammarNode next) : GrammarNode
    {
        public ByteAutomaton Automaton => automaton;

        public GrammarNode Next => next;
    }

    /// <summary>One of several ways on; they may lead back here.</summary>
    public sealed class Choice : GrammarNode
    {
        public List<GrammarNode> Options { get; } = [];
    }

    /// <summary>A rule used here: its beginning, then what follows.</summary>
    public sealed class Call(GrammarRule rule, GrammarNode next) : GrammarNode
    {
        public GrammarRule Rule => rule;

        public GrammarNode Next => next;
    }

    /// <summary>The end of a rule.</summary>
    public sealed class Return : GrammarNode;

    /// <summary>The end of the document.</summary>
    public sealed class End : GrammarNode;
}

/// <summary>A part of a grammar that is used in several places, or in itself.</summary>
internal sealed class GrammarRule
{
    private readonly Func<GrammarNode> _build;

    public GrammarRule(Func<GrammarNode> build) => _build = build;

    /// <summary>Built when a document first gets there.</summary>
    public GrammarNode Start
    {
        get
        {
            lock (_build)
            {
                return field ??= _build();
            }
        }
    }
}
