using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Adds to each record others that say about the same. Only what is read changes – a text, a prompt, a user's messages –, never what is to be learnt as an answer, and labels stay. For the training part
/// alone, after the split: a copy in another part would be a near duplicate. Not thread-safe.
/// </summary>
public sealed class Augmenter
{
    private readonly ITextAugmentation[] _augmentations;
    private readonly AugmenterOptions _options;

    /// <summary>Creates an augmenter.</summary>
    /// <param name="augmentations">What can be done to a text, at least one; one is drawn for each copy.</param>
    /// <param name="options">Default: one copy.</param>
    /// <exception cref="ArgumentException">There is no augmentation, or an option is out of range.</exception>
    public Augmenter(IEnumerable<ITextAugmentation> augmentations, AugmenterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(augmentations);
        _augmentations = [.. augmentations];
        _options = options ?? new AugmenterOptions();
        _options.Validate();
        if (_augmentations.Length == 0)
        {
            throw new ArgumentException("There is no augmentation to choose from.", nameof(augmentations));
        }
    }

    /// <summary>Records made so far.</summary>
    public long Made { get; private set; }

    /// <summary>Times nothing came of it: the text had nothing to change, or a model's answer was cut off.</summary>
    public long Failed { get; private set; }

    /// <summary>Each record, followed by its copies. The copies of the n-th record are a function of it, n and the seed.</summary>
    /// <param name="records">The records.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<TextRecord> AugmentAsync(IEnumerable<TextRecord> records, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        long number = 0;
        foreach (TextRecord record in records)
        {
            yield return record;
            for (int copy = 0; copy < _options.Copies; copy++, number++)
            {
                var random = new SplitMix64(_options.Seed, number);
                ITextAugmentation augmentation = _augmentations[random.Next(_augmentations.Length)];
                if (await ApplyAsync(record, augmentation, random, cancellationToken).ConfigureAwait(false) is { } made)
                {
                    Made++;
                    yield return made;
                }
                else
                {
                    Failed++;
                }
            }
        }
    }

    private static async Task<TextRecord?> ApplyAsync(TextRecord record, ITextAugmentation augmentation, SplitMix64 random, CancellationToken cancellationToken)
    {
        if (record.Messages.Count == 0)
        {
            string? text = await augmentation.ApplyAsync(record.Text ?? record.Prompt ?? "", (long)random.Next(), cancellationToken).ConfigureAwait(false);
            return text is null ? null : record.Text is null ? record with { Prompt = text } : record with { Text = text };
        }

        bool changed = false;
        List<ChatMessage> messages = [];
        foreach (ChatMessage message in record.Messages)
        {
            string? text = message.Role == ChatRole.User && message.Contents is [TextContent { Text.Length: > 0 } content]
                ? await augmentation.ApplyAsync(content.Text, (long)random.Next(), cancellationToken).ConfigureAwait(false)
                : null;
            changed |= text is not null;
            messages.Add(text is null ? message : new ChatMessage(ChatRole.User, text) { AuthorName = message.AuthorName });
        }

        return changed ? record with { Messages = messages } : null;
    }
}
