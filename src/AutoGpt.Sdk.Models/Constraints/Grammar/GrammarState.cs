namespace AutoGpt.Sdk.Models;

/// <summary>Where control returns to at the end of a rule.</summary>
internal sealed record GrammarStack(GrammarNode Return, GrammarStack? Below);

/// <summary>One way in which a text can have got here: a node, how far into it, and the rules around it.</summary>
internal readonly record struct GrammarState(GrammarNode Node, long Position, GrammarStack? Stack);

/// <summary>Moves sets of states: all the ways in which a text can have got here.</summary>
internal static class GrammarStates
{
    public static void Begin(GrammarNode start, List<GrammarState> into) => Close(start, null, into);

    /// <summary>The states after a byte. Empty where it cannot follow.</summary>
    public static void Step(List<GrammarState> states, byte value, List<GrammarState> into)
    {
        into.Clear();
        foreach (GrammarState state in states)
        {
            switch (state.Node)
            {
                case GrammarNode.Literal literal when literal.Bytes[state.Position] == value:
                    if (state.Position + 1 < literal.Bytes.Length)
                    {
                        Add(state with { Position = state.Position + 1 }, into);
                    }
                    else
                    {
                        Close(literal.Next, state.Stack, into);
                    }

                    break;
                case GrammarNode.Run run when run.Automaton.Step(state.Position, value) is var next and not ByteAutomaton.Dead:
                    Add(state with { Position = next }, into);
                    if (run.Automaton.IsAccepting(next))
                    {
                        Close(run.Next, state.Stack, into);
                    }

                    break;
            }
        }
    }

    // Follows what takes no byte, and keeps what does, and the end.
    private static void Close(GrammarNode node, GrammarStack? stack, List<GrammarState> into)
    {
        switch (node)
        {
            case GrammarNode.Choice choice:
                foreach (GrammarNode option in choice.Options)
                {
                    Close(option, stack, into);
                }

                break;
            case GrammarNode.Call call:
                // A call at the end of a rule needs no frame: deep arrays do not pile up returns that only return.
                Close(call.Rule.Start, call.Next is GrammarNode.Return ? stack : new GrammarStack(call.Next, stack), into);
                break;
            case GrammarNode.Return:
                Close(stack!.Return, stack.Below, into);
                break;
            case GrammarNode.Run run:
                Add(new GrammarState(run, run.Automaton.Start, stack), into);
                if (run.Automaton.IsAccepting(run.Automaton.Start))
                {
                    Close(run.Next, stack, into);
                }

                break;
            case GrammarNode.Literal { Bytes.Length: 0 } empty:
                Close(empty.Next, stack, into);
                break;
            default:
                Add(new GrammarState(node, 0, stack), into);
                break;
        }
    }

    private static void Add(GrammarState state, List<GrammarState> into)
    {
        // Sets are small where they are not all different, so looking through them is cheaper than hashing.
        if (into.Count > 64 || !into.Contains(state))
        {
            into.Add(state);
        }
    }
}
