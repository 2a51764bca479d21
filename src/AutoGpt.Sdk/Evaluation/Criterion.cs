using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// What must be true of what came of a plan, decided by code. Criteria combine with <c>&amp;</c>, <c>|</c> and <c>!</c>, and each is an evaluator: it accepts where it holds and
/// wants another plan where it does not. Immutable and thread-safe.
/// </summary>
/// <example><code>Criterion.File(workspace, "out.csv").Contains("total") &amp; Criterion.Answer.IsNumber(42, tolerance: 0.5)</code></example>
public abstract class Criterion : IEvaluator
{
    /// <summary>The answer that the plan gave: the result of its last step named <c>finish</c>, else of its last step.</summary>
    public static TextSubject Answer { get; } = new("the answer", (context, _) => ValueTask.FromResult(OutcomeEvaluator.Answer(context)));

    /// <summary>What is expected: the rest of a sentence that begins with "Expected", for instance "the answer to contain 'total'".</summary>
    public abstract string Expected { get; }

    /// <summary>A file. It is read when the criterion is checked; a path that leads out of the files fails the criterion, and its opposite too.</summary>
    /// <param name="files">Where it is, for instance a workspace of the built-in tools.</param>
    /// <param name="path">Its path there.</param>
    public static TextSubject File(ITextFiles files, string path)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new TextSubject(
            $"the file '{path}'",
            async (_, cancellationToken) => files.Exists(path) ? await files.ReadAsync(path, cancellationToken).ConfigureAwait(false) : null,
            (_, _) => ValueTask.FromResult(files.Exists(path)));
    }

    /// <summary>The result of a tool, as text: of the last step of the plan in which it succeeded.</summary>
    /// <param name="tool">The tool.</param>
    public static TextSubject ResultOf(string tool)
    {
        ArgumentException.ThrowIfNullOrEmpty(tool);
        return new TextSubject($"the result of '{tool}'", (context, _) =>
            ValueTask.FromResult(context.Results.Where(result => result.Tool == tool && result.Succeeded).MaxBy(result => result.Number)?.Text));
    }

    /// <summary>A tool was called and succeeded, in this plan of the run or in one before it.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">
    /// Arguments that it must have been called with, equal as JSON; others are free. References to results of other steps are compared as what they stood for. Default: any.
    /// </param>
    public static Criterion ToolSucceeded(string tool, JsonObject? arguments = null) => new ToolCriterion(tool, arguments);

    /// <summary>Whatever code can decide.</summary>
    /// <param name="expected">What is expected: the rest of a sentence that begins with "Expected".</param>
    /// <param name="holds">Decides. What it throws fails the criterion, and its opposite too. Thread-safe.</param>
    public static Criterion Create(string expected, Func<EvaluationContext, bool> holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        return Create(expected, (context, _) => ValueTask.FromResult(holds(context)));
    }

    /// <inheritdoc cref="Create(string, Func{EvaluationContext, bool})"/>
    public static Criterion Create(string expected, Func<EvaluationContext, CancellationToken, ValueTask<bool>> holds)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(expected);
        ArgumentNullException.ThrowIfNull(holds);
        return new DelegateCriterion(expected, async (context, cancellationToken) =>
            await holds(context, cancellationToken).ConfigureAwait(false) ? (true, "it so") : (false, "it otherwise"));
    }

    /// <summary>All must hold. All are checked, so that the reason names every one that does not.</summary>
    /// <param name="criteria">The criteria, at least one.</param>
    public static Criterion All(params IEnumerable<Criterion> criteria) => new AllCriterion(criteria);

    /// <summary>One must hold. They are checked in order, up to the first that does.</summary>
    /// <param name="criteria">The criteria, at least one.</param>
    public static Criterion Any(params IEnumerable<Criterion> criteria) => new AnyCriterion(criteria);

    /// <summary>Must not hold. Where that cannot be found out, neither a criterion nor its opposite holds.</summary>
    /// <param name="criterion">The criterion.</param>
    public static Criterion Not(Criterion criterion) => new NotCriterion(criterion);

    /// <summary>Both must hold.</summary>
    public static Criterion operator &(Criterion left, Criterion right) => All(left, right);

    /// <summary>One of the two must hold.</summary>
    public static Criterion operator |(Criterion left, Criterion right) => Any(left, right);

    /// <summary>Must not hold.</summary>
    public static Criterion operator !(Criterion criterion) => Not(criterion);

    /// <summary>Checks the criterion.</summary>
    /// <param name="context">What came of the plan.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>Whether it holds. A check that throws is told by the result, not by an exception.</returns>
    /// <exception cref="OperationCanceledException">The check was stopped.</exception>
    public async ValueTask<CriterionResult> CheckAsync(EvaluationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await CheckCoreAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new CriterionResult(null, Expected, $"that it cannot be checked: {(error is AutoGptException ? error.Message : $"{error.GetType().Name}: {error.Message}")}".TrimEnd('.'));
        }
    }

    /// <summary>Accepts where the criterion holds and wants another plan where it does not, as <see cref="Otherwise"/> with <see cref="Verdict.Replan"/> does.</summary>
    /// <inheritdoc/>
    public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default) =>
        CriterionEvaluator.EvaluateAsync(this, Verdict.Replan, context, cancellationToken);

    /// <summary>
    /// Accepts where the criterion holds, whatever became of single steps, and gives the verdict where it does not; the reason then tells of steps that failed, too. Where a step was refused and
    /// the criterion does not hold, the goal is refused.
    /// </summary>
    /// <param name="verdict">Replan, ask or give up.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another verdict.</exception>
    public IEvaluator Otherwise(Verdict verdict) => new CriterionEvaluator(this, verdict);

    /// <summary>Checks the criterion.</summary>
    /// <param name="context">What came of the plan.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>Whether it holds. What is thrown instead becomes a result that says so.</returns>
    protected abstract ValueTask<CriterionResult> CheckCoreAsync(EvaluationContext context, CancellationToken cancellationToken);

    /// <summary>What is expected.</summary>
    public override string ToString() => Expected;
}
