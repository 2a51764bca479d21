namespace AutoGpt.Sdk;

/// <summary>How a <see cref="LanguageModelPlanner"/> plans.</summary>
public sealed record LanguageModelPlannerOptions
{
    /// <summary>
    /// For a small model that was trained on its tools: short plans, no second try at the same question, and a question to the person where the model is
    /// unsure or leaves a file of the goal aside. What a <see cref="LanguageModelPlanner"/> uses for such a model unless told otherwise.
    /// </summary>
    public static LanguageModelPlannerOptions Specialized { get; } = new()
    {
        MaxPlanSteps = 8,
        MaxTokens = 192,
        MaxRepairs = 0,
        MaxCandidates = 8,
        ExplainSteps = false,
        MinConfidence = 0.6,
        AskAboutUnusedFiles = true,
    };

    /// <summary>Steps of one plan at most. A plan with more steps than the run has left runs as far as they go. Default 12, at least 1.</summary>
    public int MaxPlanSteps { get; init; } = 12;

    /// <summary>Completion tokens of one plan at most. Default 1,024, at least 1.</summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary>
    /// How often an invalid plan is sent back with what is wrong with it. A model specialised on its tools is not asked again: it
    /// would answer the same. Default 2, at least 0.
    /// </summary>
    public int MaxRepairs { get; init; } = 2;

    /// <summary>
    /// Plans to look at, at most, for models that can go on to their second choice (<see cref="ICandidateModel"/>). Where the first plan leaves a file of the
    /// goal aside – or, unless the model is quite sure of it, a quotation or a number, or says a thing twice – the next ones are looked at: the first without such
    /// a fault is taken, else the one with the least. More than one takes the place of <see cref="MaxRepairs"/>. Default 1, at least 1.
    /// </summary>
    public int MaxCandidates { get; init; } = 1;

    /// <summary>
    /// Ask the person instead of running a plan whose least certain decision was less probable than this. Only for models that
    /// report log-probabilities. Default 0 (off), from 0 to 1.
    /// </summary>
    public double MinConfidence { get; init; }

    /// <summary>Ask the person when the goal names a file that no argument of the plan uses. Default false.</summary>
    public bool AskAboutUnusedFiles { get; init; }

    /// <summary>
    /// Have the model judge its first plan for a goal before it runs, and ask the person where it does not accept it, gives no verdict, or
    /// is not clear: less probable than <see cref="MinConfidence"/>, for models that report log-probabilities. Takes a second request. Default false.
    /// </summary>
    public bool ReviewPlans { get; init; }

    /// <summary>
    /// Have models that write free text say of each step why it is wanted, in a line before it (<see cref="PlanStep.Why"/>). Takes tokens. Models that decode under a mask are not asked. Default true.
    /// </summary>
    public bool ExplainSteps { get; init; } = true;

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPlanSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRepairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCandidates, 1);
        if (MinConfidence is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(MinConfidence), MinConfidence, "Must be from 0 to 1.");
        }
    }
}
