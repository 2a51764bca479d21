using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Measures a language model on records: how probable it finds texts and answers, how near the answers that it generates are to the right ones, which labels it chooses. Records are read several at
/// once; figures do not depend on how many. Thread-safe.
/// </summary>
public sealed class ModelEvaluation
{
    private readonly ILanguageModel _model;
    private readonly ITokenModel? _tokens;
    private readonly ModelEvaluationOptions _options;
    private readonly EvaluationEncoder _encoder;

    /// <summary>Creates an evaluation.</summary>
    /// <param name="model">The model; with an adapter, <see cref="CausalLanguageModel.WithAdapter"/> of it. The caller keeps it.</param>
    /// <param name="template">The chat template the model prompts by; null for one without, whose prompts and answers follow each other as they are. Default null.</param>
    /// <param name="options">What is measured. Default: whatever model and records allow, without examples.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">The options ask for what only a model that shows its logits can give.</exception>
    public ModelEvaluation(ILanguageModel model, ModelChatTemplate? template = null, ModelEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _options = options ?? new ModelEvaluationOptions();
        _options.Validate();
        _model = model;
        _tokens = model.GetService<ITokenModel>();
        if (_tokens is null && _options.Parts is { } parts && parts != EvaluationParts.Answers)
        {
            throw new NotSupportedException($"The model '{model.Description.Name}' does not show its logits: only {nameof(EvaluationParts.Answers)} can be measured.");
        }

        _encoder = new EvaluationEncoder(_tokens?.Tokenizer, template, _options, Window(_tokens));
    }

    /// <summary>Measures.</summary>
    /// <param name="records">What to measure on, at least one record.</param>
    /// <param name="pool">What examples are drawn from, and labels known from: as a rule the training part. The records may be among it. Default null: the records.</param>
    /// <param name="progress">Hears of every record.</param>
    /// <param name="cancellationToken">Ends it within one token.</param>
    /// <exception cref="ArgumentException">There is no record, or none that can be measured as asked.</exception>
    /// <exception cref="DatasetException">A label is not among those known, a record does not serve, or there are too few examples to draw from. Nothing was measured then.</exception>
    /// <exception cref="AutoGptException">The model failed.</exception>
    public async Task<ModelEvaluationReport> RunAsync(
        IReadOnlyList<TextRecord> records, IReadOnlyList<TextRecord>? pool = null, IProgress<ModelEvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0)
        {
            throw new ArgumentException("There is no record to measure on.", nameof(records));
        }

        pool ??= records;
        LabelSet labels = _options.Labels is { } given ? new LabelSet(given) : LabelSet.Of(pool);
        FewShotSampler sampler = new(pool, _options.Shots, _options.Seed);
        Check(records, labels, sampler, cancellationToken);
        EvaluatedRecord[] results = new EvaluatedRecord[records.Count];
        int done = 0;
        Lock gate = new();
        await Parallel.ForAsync(
            0,
            records.Count,
            new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                results[index] = await MeasureAsync(records[index], sampler.Draw(records[index]), labels.Labels, token).ConfigureAwait(false);
                lock (gate)
                {
                    progress?.Report(new ModelEvaluationProgress(++done, records.Count));
                }
            }).ConfigureAwait(false);
        return EvaluationFigures.Of(results, labels.Labels, _options, cancellationToken);
    }

    private bool Wants(EvaluationParts part) => _options.Parts is { } parts ? parts.HasFlag(part) : _tokens is not null || part == EvaluationParts.Answers;

    // What does not serve comes to light before the first record is read, not after hours.
    private void Check(IReadOnlyList<TextRecord> records, LabelSet labels, FewShotSampler sampler, CancellationToken cancellationToken)
    {
        bool any = false;
        foreach (TextRecord record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Wants(EvaluationParts.Labels))
            {
                labels.Require(record);
            }

            IReadOnlyList<TextRecord> shots = sampler.Draw(record);
            if (_tokens is not null)
            {
                _encoder.Encode(record, shots);
            }

            any |= Wants(EvaluationParts.Likelihood) || (Wants(EvaluationParts.Answers) && _encoder.Ask(record, shots) is not null) || (Wants(EvaluationParts.Labels) && LabelFormat.Applies(record));
        }

        if (!any)
        {
            throw new ArgumentException(
                $"No record can be measured as asked ({_options.Parts?.ToString() ?? "a model that does not show its logits"}): answers need prompts with completions or conversations, labels need texts with labels.", nameof(records));
        }
    }

    private async Task<EvaluatedRecord> MeasureAsync(TextRecord record, IReadOnlyList<TextRecord> shots, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        EvaluatedRecord result = new(record) { Shots = shots };
        IReadOnlyList<TrainingExample> examples = _tokens is null ? [] : _encoder.Encode(record, shots);
        if (_tokens is not null && examples.Count == 0)
        {
            return result with { TooLong = true };
        }

        if (Wants(EvaluationParts.Labels) && LabelFormat.Applies(record))
        {
            TrainingExample[] choices = [.. labels.SelectMany(label => _encoder.Encode(record, label, shots))];
            if (choices.Length < labels.Count)
            {
                return result with { TooLong = true };
            }

            double[] probabilities = await LabelLikelihood.ProbabilitiesAsync(_tokens!, choices, _options.LabelScoring, cancellationToken).ConfigureAwait(false);
            result = result with { LabelProbabilities = probabilities, PredictedLabel = labels[probabilities.IndexOf(probabilities.Max())] };
        }

        if (Wants(EvaluationParts.Likelihood))
        {
            foreach (TrainingExample example in examples)
            {
                double[] scores = await ScoreAsync(example, cancellationToken).ConfigureAwait(false);
                int[] counted = [.. Enumerable.Range(1, scores.Length).Where(example.Counts)];
                result = result with { Nats = (result.Nats ?? 0) - counted.Sum(place => scores[place - 1]), Tokens = result.Tokens + counted.Length };
            }
        }

        if (Wants(EvaluationParts.Answers) && _encoder.Ask(record, shots) is var (prompt, reference))
        {
            GenerationOptions generation = shots.Count > 0 && prompt.Text is not null ? _options.Generation with { Stops = [.. _options.Generation.Stops, _options.ShotSeparator] } : _options.Generation;
            Completion answer = await _model.CompleteAsync(prompt, generation, cancellationToken).ConfigureAwait(false);
            result = result with { Reference = reference, Answer = answer, IsExact = ExactMatch.Is(answer.Text.Trim(), [reference], _options.NormalizeAnswers) };
        }

        return result;
    }

    private async Task<double[]> ScoreAsync(TrainingExample example, CancellationToken cancellationToken)
    {
        using ITokenContext context = _tokens!.CreateContext(new ContextOptions { Capacity = example.Ids.Length - 1 });
        return await ContextScores.ScoreAsync(context, example.Ids, cancellationToken).ConfigureAwait(false);
    }

    // The context less the virtual tokens of an adapter.
    private static int Window(ITokenModel? model)
    {
        using ITokenContext? context = model?.CreateContext();
        return context?.Capacity ?? 0;
    }
}
