namespace AutoGpt.Sdk.Models;

/// <summary>
/// Reads what is known, chooses what is not: each step reads the tokens chosen last together with those that are forced or proposed after them, then chooses a
/// token at each place for as long as the choice is what was read.
/// </summary>
/// <remarks>
/// A proposal changes nothing but the work. The token at each place is chosen as it would be without one, with the same logits, mask, penalties and random
/// number; a proposed token that is another only was read for nothing. So a greedy text is the greedy text and a sampled one is the sampled one of its seed.
/// </remarks>
internal sealed class DecodingLoop(
    Generation generation, ITokenContext context, int window, IDrafter? drafter, ContextShift? shift, DecodingCounters counters, ReadOnlyMemory<int> prompt)
{
    private readonly List<GenerationUpdate> _updates = [];

    // What is chosen and not read, then what is forced or proposed after it.
    private int[] _ids = prompt.ToArray();
    private int _unread = prompt.Length - context.Length;
    private int _first = context.Length;

    /// <summary>What the last step said: at least one update, one per token.</summary>
    public IReadOnlyList<GenerationUpdate> Updates => _updates;

    /// <summary>Whether the context holds other tokens than the text's, as those between were dropped.</summary>
    public bool HasShifted { get; private set; }

    /// <summary>Reads once and says what follows for sure.</summary>
    public async ValueTask StepAsync(CancellationToken cancellationToken)
    {
        _updates.Clear();
        if (shift is not null && context.Length + _unread > window)
        {
            Shift(shift);
        }

        bool isPrompt = _unread > 1;
        int room = Math.Min(Math.Min(context.Capacity, window) - context.Length - _unread, generation.Remaining - 1);
        int known = Math.Min(generation.Known.Length, room);
        int longest = Math.Min(room, drafter?.Longest ?? 0);
        Reserve(_first + _unread + Math.Max(known, longest));
        generation.Known[..known].CopyTo(_ids.AsSpan(_first + _unread));
        int proposed = known == 0 && longest > 0 && !isPrompt
            ? await drafter!.ProposeAsync(generation, _ids.AsMemory(_first + _unread, longest), cancellationToken).ConfigureAwait(false)
            : 0;
        bool all = proposed > 0 || (known > 0 && generation.WantsLogits);
        if (all && isPrompt)
        {
            // Rows of logits are large, and those of a prompt nobody wants.
            await context.AppendAsync(_ids.AsMemory(_first, _unread - 1), LogitsWanted.None, cancellationToken).ConfigureAwait(false);
            (_first, _unread) = (_first + _unread - 1, 1);
        }

        int ahead = known + proposed;
        Logits logits = await context.AppendAsync(
            _ids.AsMemory(_first, _unread + ahead), all ? LogitsWanted.All : LogitsWanted.Last, cancellationToken).ConfigureAwait(false);
        int accepted = Choose(logits, all, ahead);
        counters.Step(_updates.Count, known > 0 ? accepted : 0, proposed, proposed > 0 ? accepted : 0);
        if (proposed > 0)
        {
            drafter!.Observe(proposed, accepted);
        }
    }

    // How many of the tokens read ahead were right.
    private int Choose(Logits logits, bool all, int ahead)
    {
        int read = context.Length - ahead;
        for (int index = 0; ; index++)
        {
            GeneratedToken token = generation.Choose(all ? logits.Row(index) : index == ahead ? logits.Row(0) : []);
            GenerationUpdate update = generation.Append(token, isFull: shift is null && read + index == window);
            _updates.Add(update);
            if (index == ahead || update.Finish is not null || token.Id != _ids[_first + _unread + index])
            {
                if (index < ahead)
                {
                    context.Rewind(read + index);
                }

                (_ids[0], _first, _unread) = (token.Id, 0, 1);
                return index;
            }
        }
    }

    // Reads the latter half of the window again, behind what is kept of its beginning: keys and values know their positions.
    private void Shift(ContextShift options)
    {
        int kept = Math.Min(options.KeptTokens, window - 2);
        int tail = (window - kept) / 2;
        Reserve(tail);
        generation.ContextSpan[^tail..].CopyTo(_ids);
        context.Rewind(kept);
        (_first, _unread) = (0, tail);
        HasShifted = true;
    }

    private void Reserve(int length)
    {
        if (_ids.Length < length)
        {
            Array.Resize(ref _ids, Math.Max(length, 2 * _ids.Length));
        }
    }
}
