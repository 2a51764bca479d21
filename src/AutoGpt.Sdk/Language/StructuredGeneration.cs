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

    /// <summary>What all requests together may cost.</summary>
    public required decimal CostLeft { get; init; }

    /// <summary>How many of the most probable tokens to ask for at each choice, of models that can tell.</summary>
    public int TopLogProbabilities { get; init; }

    private TokenPrice? Price => _model.Description.Price;

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
    /// <returns>The value, the completion it was read from, and what all requests took.</returns>
    public async Task<(T Value, Completion Completion, Spending Spent)> RunAsync<T>(
        Prompt prompt, Func<JsonElement, List<string>, T> read, Func<IReadOnlyList<string>, string> repairText, CancellationToken cancellationToken)
    {
        Spending spent = default;
        List<string> problems = [];
        for (int attempt = 0; attempt <= MaxRepairs; attempt++)
        {
            (Completion completion, Room room) = await GenerateAsync(prompt, spent, cancellationToken).ConfigureAwait(false);
            spent += Spending.Of(completion.Usage, Price);
            if (completion.Finish == FinishReason.Length)
            {
                throw CutOff(completion, spent, room);
            }

            problems = [];
            if (Parse(completion.Text, problems) is { } json && read(json, problems) is { } value && problems.Count == 0)
            {
                return (value, completion, spent);
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

        throw Invalid(problems, spent);
    }

    /// <summary>
    /// Several values for the same request, one after another, the model's first choice first. For a model that can go on to its second choice; others give the value of <see cref="RunAsync"/> alone,
    /// or, where the caller wants samples, what they say with other seeds. Second choices take the place of repairs. One that is cut off, or not valid, is passed over, but not the first when it is cut
    /// off: what comes after it would be the same, shut early.
    /// </summary>
    /// <param name="max">Completions to look at, at most.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="read">Turns JSON that fits the schema into the value, adding what is wrong with it to the list.</param>
    /// <param name="look">Looks at a value; true ends the search. Told what it was read from.</param>
    /// <param name="repairText">The message that sends problems back.</param>
    /// <param name="samples">Whether a model without second choices is asked again with other seeds and a temperature.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What all took.</returns>
    /// <exception cref="ModelOutputException">There was no valid value at all.</exception>
    public async Task<Spending> RunManyAsync<T>(
        int max,
        Prompt prompt,
        Func<JsonElement, List<string>, T> read,
        Func<T, Completion, bool> look,
        Func<IReadOnlyList<string>, string> repairText,
        SamplingOptions? samples,
        CancellationToken cancellationToken)
    {
        // A chat client's pipeline – caching, logging, limits – is not gone round.
        if (max == 1 || _model is ChatLanguageModel || TracedLanguageModel.Of(_model).GetService<ICandidateModel>() is not { } candidates)
        {
            return await RunSamplesAsync(samples is null ? 1 : max, prompt, read, look, repairText, samples, cancellationToken).ConfigureAwait(false);
        }

        (Prompt told, GenerationOptions options, Room room) = Request(prompt, spent: default);
        bool found = false;
        ModelOutputException? failure = null;
        Spending spent = default;
        int seen = 0;
        try
        {
            await foreach (Completion completion in candidates.GenerateCandidatesAsync(told, options, cancellationToken).ConfigureAwait(false))
            {
                spent += Spending.Of(completion.Usage, Price);
                seen++;
                List<string> problems = [];
                bool enough = false;
                if (completion.Finish == FinishReason.Length)
                {
                    failure ??= CutOff(completion, spent, room);
                    if (seen == 1)
                    {
                        break;
                    }
                }
                else if (Parse(completion.Text, problems) is { } json && read(json, problems) is { } value && problems.Count == 0)
                {
                    found = true;
                    enough = look(value, completion);
                }
                else
                {
                    failure ??= Invalid(problems, spent);
                }

                // A plan in hand is not risked for a better one.
                Spending next = spent + Spending.Of(new TokenUsage(0, found ? options.MaxTokens : 1), Price);
                if (enough || seen == max || next.Tokens > TokensLeft || next.Cost > CostLeft)
                {
                    break;
                }
            }
        }
        catch (AutoGptException error) when (spent.Tokens > 0)
        {
            failure ??= Failed(error, spent);
        }

        return found
            ? spent
            : throw new ModelOutputException(failure?.Message ?? $"The model '{_model.Description.Name}' gave no {What.Split(' ')[^1]} at all.", spent.Tokens, failure)
            {
                Cost = spent.Cost,
                TokenLimitReached = TokensLeft - spent.Tokens < 1,
                CostLimitReached = Price is not null && spent.Cost >= CostLeft,
            };
    }

    private async Task<Spending> RunSamplesAsync<T>(
        int max,
        Prompt prompt,
        Func<JsonElement, List<string>, T> read,
        Func<T, Completion, bool> look,
        Func<IReadOnlyList<string>, string> repairText,
        SamplingOptions? samples,
        CancellationToken cancellationToken)
    {
        Spending spent = default;
        for (int sample = 0; sample < max; sample++)
        {
            try
            {
                // The first is the model's best; the others part from it by chance.
                StructuredGeneration one = sample == 0 ? this : With(spent, samples!, Seed + sample);
                (T value, Completion completion, Spending more) = await one.RunAsync(prompt, read, repairText, cancellationToken).ConfigureAwait(false);
                spent += more;
                if (look(value, completion))
                {
                    break;
                }
            }
            catch (AutoGptException error) when (sample > 0)
            {
                // There is a value in hand.
                spent += error is ModelOutputException { Tokens: var tokens, Cost: var cost } ? new Spending(tokens, cost) : default;
                if (error is ModelOutputException { LimitReached: true })
                {
                    break;
                }
            }
        }

        return spent;
    }

    private StructuredGeneration With(Spending spent, SamplingOptions sampling, int seed) => new(_model)
    {
        Schema = Schema,
        MaxTokens = MaxTokens,
        TokensLeft = TokensLeft - spent.Tokens,
        CostLeft = CostLeft - spent.Cost,
        MaxRepairs = MaxRepairs,
        TopLogProbabilities = TopLogProbabilities,
        Sampling = sampling,
        Seed = seed,
        What = What,
    };

    private SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>What bounds the length of an answer.</summary>
    private enum Room
    {
        Options,
        Tokens,
        Cost,
    }

    private (Prompt Prompt, GenerationOptions Options, Room Room) Request(Prompt prompt, Spending spent)
    {
        bool takesSchema = _model.Description.StructuredOutput != StructuredOutput.None;
        prompt = takesSchema ? prompt : prompt with
        {
            Instructions = $"{prompt.Instructions}\nThe JSON must fit this JSON Schema:\n{Schema.GetRawText()}",
        };
        GenerationOptions options = new()
        {
            Schema = takesSchema ? Schema : null,
            MaxTokens = MaxTokens,
            Sampling = Sampling,
            Seed = Seed,
            LogProbabilities = _model.Description.LogProbabilities,
            TopLogProbabilities = _model.Description.LogProbabilities ? TopLogProbabilities : 0,
        };

        // Before anything is spent: what is read is counted, and what may be written is what is left after it.
        int reading = _model.GetService<ITokenCounter>()?.CountPrompt(prompt, options) ?? 0;
        long room = TokensLeft - spent.Tokens - reading;
        if (room < 1)
        {
            throw new ModelOutputException($"The prompt of {reading} tokens leaves none of the {TokensLeft - spent.Tokens} for {What}.", spent.Tokens) { Cost = spent.Cost, TokenLimitReached = true };
        }

        Room bound = room < MaxTokens ? Room.Tokens : Room.Options;
        if (Price is { } price)
        {
            decimal left = CostLeft - spent.Cost - price.Of(new TokenUsage(reading, 0));
            decimal each = price.Of(new TokenUsage(0, 1));
            if (left < each || left <= 0)
            {
                throw new ModelOutputException($"What is left of the cost limit, {CostLeft - spent.Cost}, does not pay for {What}.", spent.Tokens) { Cost = spent.Cost, CostLimitReached = true };
            }

            if (left / int.MaxValue < each && Math.Floor(left / each) < Math.Min(room, MaxTokens))
            {
                (room, bound) = ((long)Math.Floor(left / each), Room.Cost);
            }
        }

        return (prompt, options with { MaxTokens = (int)Math.Min(MaxTokens, room) }, bound);
    }

    // The provider may have read less than was estimated: it is not what is left now that tells which limit cut the answer off.
    private ModelOutputException CutOff(Completion completion, Spending spent, Room room) => new(
        $"The model '{_model.Description.Name}' was cut off after {completion.Usage.CompletionTokens} tokens of {What}.", spent.Tokens)
    {
        Cost = spent.Cost,
        TokenLimitReached = room == Room.Tokens || TokensLeft - spent.Tokens < 1,
        CostLimitReached = room == Room.Cost,
    };

    private static ModelOutputException Failed(AutoGptException error, Spending spent) =>
        error is ModelOutputException output ? output.After(spent) : new ModelOutputException(error.Message, spent.Tokens, error) { Cost = spent.Cost };

    private ModelOutputException Invalid(List<string> problems, Spending spent) =>
        new($"The model '{_model.Description.Name}' gave no valid {What.Split(' ')[^1]}: {SingleLine.Of(string.Join(" ", problems))}", spent.Tokens) { Cost = spent.Cost };

    private async Task<(Completion Completion, Room Room)> GenerateAsync(Prompt prompt, Spending spent, CancellationToken cancellationToken)
    {
        (Prompt told, GenerationOptions options, Room room) = Request(prompt, spent);
        try
        {
            return (await TracedLanguageModel.Of(_model).CompleteAsync(told, options, cancellationToken).ConfigureAwait(false), room);
        }
        catch (AutoGptException error) when (spent.Tokens > 0)
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

    /// <summary>How sure the model is: of the <see cref="Decision"/>, or, without one, of the least probable token. Null where it reports no log-probabilities.</summary>
    public double? ConfidenceOf(Completion completion) => Decision is null ? Confidence(completion) : DecisionConfidence.Of(completion, Decision);

    /// <summary>The least of the decisions' probabilities; null where the model reports none.</summary>
    public static double? Confidence(Completion completion) =>
        completion.Tokens.Min(token => token.ConstrainedLogProbability) is { } least ? Math.Exp(least) : null;
}
