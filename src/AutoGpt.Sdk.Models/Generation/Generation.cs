using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models;

/// <summary>The state of one generation between two tokens.</summary>
internal sealed class Generation
{
    private readonly GenerationOptions _options;
    private readonly ITokenizer _tokenizer;
    private readonly Sampler _sampler;
    private readonly ITokenConstraint? _constraint;
    private readonly bool _takesForced;
    private readonly ulong[] _mask;
    private readonly List<int> _context;
    private readonly StreamingDetokenizer _detokenizer;
    private readonly StopTexts _stops;
    private readonly int _promptTokens;
    private ReadOnlyMemory<int> _known;
    private int _generated;

    public Generation(CausalLanguageModel model, GenerationOptions options, ITokenConstraint? constraint, ReadOnlyMemory<int> prompt)
    {
        _options = options;
        _tokenizer = model.Tokenizer;
        _sampler = new Sampler(options.Sampling, model.Config.VocabularySize, options.Seed);
        _constraint = constraint;
        _takesForced = model.Options.ForcedTokens && constraint is not null;
        _known = _takesForced ? _constraint!.ForcedTokens : default;
        _mask = new ulong[_constraint is null ? 0 : (model.Config.VocabularySize + 63) / 64];
        _context = [.. prompt.Span];
        _detokenizer = new StreamingDetokenizer(_tokenizer);
        _stops = new StopTexts(options.Stops);
        _promptTokens = prompt.Length;
    }

    /// <summary>What the constraint allowed at the token chosen last; empty without one.</summary>
    public ReadOnlySpan<ulong> Allowed => _mask;

    /// <summary>Prompt and tokens so far, but for an end of the text.</summary>
    public IReadOnlyList<int> Context => _context;

    /// <summary>The same.</summary>
    public ReadOnlySpan<int> ContextSpan => CollectionsMarshal.AsSpan(_context);

    /// <summary>The tokens that will be chosen next whatever the network says, as the constraint leaves no choice.</summary>
    public ReadOnlySpan<int> Known => _known.Span;

    /// <summary>Whether the logits at known tokens are wanted all the same.</summary>
    public bool WantsLogits => _options.LogProbabilities;

    /// <summary>Tokens that may still be generated.</summary>
    public int Remaining => _options.MaxTokens - _generated;

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits"><c>[vocabulary]</c>; may be empty where <see cref="Known"/> is not, and no log-probabilities are wanted.</param>
    public GeneratedToken Choose(ReadOnlySpan<float> logits)
    {
        if (!_known.IsEmpty)
        {
            // A random number for every token: the others have the same, whether this one was drawn or not.
            _sampler.Skip();
            if (!_options.LogProbabilities)
            {
                return new GeneratedToken(_known.Span[0]);
            }
        }

        _constraint?.FillMask(_mask);
        int id = _known.IsEmpty ? _sampler.Sample(logits, ContextSpan, _mask) : _known.Span[0];
        return _options.LogProbabilities
            ? new GeneratedToken(id, LogProbabilities.Of(logits, id), LogProbabilities.Of(logits, id, _mask)) { Top = _options.TopLogProbabilities > 0 ? LogProbabilities.Top(logits, _options.TopLogProbabilities, _mask) : null }
            : new GeneratedToken(id);
    }

    /// <summary>Says what a token, chosen now or before, adds to the text.</summary>
    /// <param name="token">The token.</param>
    /// <param name="isFull">Whether the model can read no further token.</param>
    public GenerationUpdate Append(GeneratedToken token, bool isFull)
    {
        int id = token.Id;
        bool ends = IsEnd(id) && (_options.StopAtEndOfText || _constraint is not null);
        _generated++;
        if (ends)
        {
            return Finish(token, _stops.Append(_detokenizer.Flush()) + _stops.Flush(), FinishReason.Stop);
        }

        Accept(id);
        // A network may have more rows than its tokenizer has ids; such an id spells nothing.
        string text = _stops.Append(id < _tokenizer.VocabularySize ? _detokenizer.Append(id) : "");
        if (_stops.Met || _constraint is { MustEnd: true })
        {
            return Finish(token, _stops.Met ? text : text + _stops.Append(_detokenizer.Flush()) + _stops.Flush(), FinishReason.Stop);
        }

        return isFull || _generated == _options.MaxTokens
            ? Finish(token, text + _stops.Append(_detokenizer.Flush()) + _stops.Flush(), FinishReason.Length)
            : new GenerationUpdate { Text = text, Tokens = [token] };
    }

    private void Accept(int id)
    {
        _constraint?.Accept(id);
        _context.Add(id);
        _known = !_known.IsEmpty && _known.Span[0] == id ? _known[1..] : default;
        if (_known.IsEmpty && _takesForced)
        {
            _known = _constraint!.ForcedTokens;
        }
    }

    private bool IsEnd(int id) => id == _tokenizer.EndOfText || (_tokenizer is IStopTokens stops && stops.StopTokens.Contains(id));

    private GenerationUpdate Finish(GeneratedToken token, string text, FinishReason reason) => new()
    {
        Text = text,
        Tokens = [token],
        Finish = reason,
        Usage = new TokenUsage(_promptTokens, _generated),
    };
}
