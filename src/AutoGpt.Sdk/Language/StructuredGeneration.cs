using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// One request for JSON: generates, parses, checks against the schema and against the caller's own rules, and, for models that
/// can answer differently, sends the problems back. It alone does so: it counts the tokens that are left, and knows more rules than
/// the schema's. Truncation is a failure, never an answer.
/// </summary>
internal sealed class StructuredGeneration(ILanguageModel model)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly ILanguageModel _model = model is ChatLanguageModel chat ? chat.WithoutRepairs() : model;

    public required JsonElement Schema { get; init; }

    /// <summary>Completion tokens of one request at most.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Tokens all requests together may take.</summary>
    public required long TokensLeft { get; init; }

    public required int MaxRepairs { get; init; }

    public int Seed { get; init; }

    /// <summary>What is asked for, for messages: "a plan".</summary>
    public required string What { get; init; }

    /// <summary>
    /// The member of the answer that is the decision, a string: the confidence is then the probability of its value, whatever the words around it are worth. Default: none, the
    /// confidence is that of the least certain token.
    /// </summary>
    public string? Decision { get; init; }

    /// <param name="prompt">The prompt.</param>
    /// <param name="read">Turns JSON that fits the schema into the value, adding what is wrong with it to the list.</param>
    /// <param name="repairText">The message that sends problems back.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The value, how sure the model is of it, and the tokens taken.</returns>
    public async Task<(T Value, double? Confidence, long Tokens)> RunAsync<T>(
        Prompt prompt, Func<JsonElement, List<string>, T> read, Func<IReadOnlyList<string>, string> repairText, CancellationToken cancellationToken)
    {
        long tokens = 0;
        List<string> problems = [];
        for (int attempt = 0; attempt <= MaxRepairs; attempt++)
        {
            Completion completion = await GenerateAsync(prompt, tokens, cancellationToken).ConfigureAwait(false);
            tokens += completion.Usage.Total;
            if (completion.Finish == FinishReason.Length)
            {
                throw CutOff(completion, tokens);
            }

            problems = [];
            if (Parse(completion.Text, problems) is { } json && read(json, problems) is { } value && problems.Count == 0)
            {
                return (value, Decision is null ? Confidence(completion.Tokens) : DecisionConfidence.Of(completion, Decision), tokens);
            }

            prompt = prompt with
            {
                Messages =
                [
                    .. prompt.Messages,
                    new ChatMessage(ChatRole.Assistant, completion.Text),
                    new ChatMessage(ChatRole.User, repairText(problems)),
                ],
            };
        }

        throw Invalid(problems, tokens);
    }

    /// <summary>
    /// The best of several values for the same request. For a model that can go on to its second choice; others give the value of <see cref="RunAsync"/>. Second
    /// choices take the place of repairs. One that is cut off, or not valid, is passed over, but not the first when it is cut off: what comes after it would
    /// be the same, shut early.
    /// </summary>
    /// <param name="max">Completions to look at, at most.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="read">Turns JSON that fits the schema into the value, adding what is wrong with it to the list.</param>
    /// <param name="fault">How much speaks against a value: 0 ends the search. Told whether it is the first value, and how sure the model is of it.</param>
    /// <param name="repairText">The message that sends problems back.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The first value with the least fault, the least of its decisions' probabilities, and the tokens that all took.</returns>
    public async Task<(T Value, double? Confidence, long Tokens)> RunBestAsync<T>(
        int max,
        Prompt prompt,
        Func<JsonElement, List<string>, T> read,
        Func<T, double?, bool, int> fault,
        Func<IReadOnlyList<string>, string> repairText,
        CancellationToken cancellationToken)
    {
        // A chat client's pipeline – caching, logging, limits – is not gone round.
        if (max == 1 || _model is ChatLanguageModel || _model.GetService<ICandidateModel>() is not { } candidates)
        {
            return await RunAsync(prompt, read, repairText, cancellationToken).ConfigureAwait(false);
        }

        (Prompt told, GenerationOptions options) = Request(prompt, spent: 0);
        (T Value, double? Confidence)? best = null;
        int least = int.MaxValue;
        ModelOutputException? failure = null;
        long spent = 0;
        int seen = 0;
        try
        {
            await foreach (Completion completion in candidates.GenerateCandidatesAsync(told, options, cancellationToken).ConfigureAwait(false))
            {
                spent += completion.Usage.Total;
                seen++;
                List<string> problems = [];
                if (completion.Finish == FinishReason.Length)
                {
                    failure ??= CutOff(completion, spent);
                    if (seen == 1)
                    {
                        break;
                    }
                }
                else if (Parse(completion.Text, problems) is { } json && read(json, problems) is { } value && problems.Count == 0)
                {
                    double? confidence = Confidence(completion.Tokens);
                    int faults = fault(value, confidence, best is null);
                    if (faults < least)
                    {
                        (best, least) = ((value, confidence), faults);
                    }
                }
                else
                {
                    failure ??= Invalid(problems, spent);
                }

                // A plan in hand is not risked for a better one.
                if (least == 0 || seen == max || spent + (best is null ? 1 : options.MaxTokens) > TokensLeft)
                {
                    break;
                }
            }
        }
        catch (AutoGptException error) when (spent > 0)
        {
            failure ??= Failed(error, spent);
        }

        return best is { } found
            ? (found.Value, found.Confidence, spent)
            : throw new ModelOutputException(failure?.Message ?? $"The model '{_model.Description.Name}' gave no {What.Split(' ')[^1]} at all.", spent, failure)
            {
                TokenLimitReached = TokensLeft - spent < 1,
            };
    }

    private (Prompt Prompt, GenerationOptions Options) Request(Prompt prompt, long spent)
    {
        long left = TokensLeft - spent;
        if (left < 1)
        {
            throw new ModelOutputException($"No tokens are left for {What}.", spent) { TokenLimitReached = true };
        }

        bool takesSchema = _model.Description.StructuredOutput != StructuredOutput.None;
        GenerationOptions options = new()
        {
            Schema = takesSchema ? Schema : null,
            MaxTokens = (int)Math.Min(MaxTokens, left),
            Seed = Seed,
            LogProbabilities = _model.Description.LogProbabilities,
        };
        return (takesSchema ? prompt : prompt with
        {
            Instructions = $"{prompt.Instructions}\nThe JSON must fit this JSON Schema:\n{Schema.GetRawText()}",
        }, options);
    }

    private ModelOutputException CutOff(Completion completion, long tokens) => new(
        $"The model '{_model.Description.Name}' was cut off after {completion.Usage.CompletionTokens} tokens of {What}.", tokens)
    {
        TokenLimitReached = TokensLeft - tokens < 1,
    };

    private static ModelOutputException Failed(AutoGptException error, long spent) =>
        error is ModelOutputException output ? output.After(spent) : new ModelOutputException(error.Message, spent, error);

    private ModelOutputException Invalid(List<string> problems, long tokens) =>
        new($"The model '{_model.Description.Name}' gave no valid {What.Split(' ')[^1]}: {SingleLine.Of(string.Join(" ", problems))}", tokens);

    private async Task<Completion> GenerateAsync(Prompt prompt, long spent, CancellationToken cancellationToken)
    {
        (Prompt told, GenerationOptions options) = Request(prompt, spent);
        try
        {
            return await _model.CompleteAsync(told, options, cancellationToken).ConfigureAwait(false);
        }
        catch (AutoGptException error) when (spent > 0)
        {
            throw Failed(error, spent);
        }
    }

    private JsonElement? Parse(string text, List<string> problems)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonText.Extract(text), Strict);
            problems.AddRange(new JsonSchemaCheck(Schema).Problems(document.RootElement, "answer"));
            return problems.Count == 0 ? document.RootElement.Clone() : null;
        }
        catch (JsonException error)
        {
            problems.Add("The answer is not JSON: " + SingleLine.Of(error.Message, 200));
            return null;
        }
    }

    private static double? Confidence(IReadOnlyList<GeneratedToken> tokens) =>
        tokens.Min(token => token.ConstrainedLogProbability) is { } least ? Math.Exp(least) : null;
}
