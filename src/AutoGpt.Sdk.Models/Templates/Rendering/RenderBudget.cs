namespace AutoGpt.Sdk.Models;

/// <summary>What a rendering has used of its limits.</summary>
internal sealed class RenderBudget(ChatTemplateLimits limits, CancellationToken cancellationToken)
{
    // Values nested deeper than any conversation: whoever writes or compares them recurses.
    private const int MaximumNesting = 100;
    private const int StepsBetweenLooks = 1024;

    private long _steps;
    private long _characters;
    private long _look = StepsBetweenLooks;
    private int _macros;
    private int _nesting;

    /// <summary>Takes steps, before they are gone.</summary>
    public void Step(long count = 1)
    {
        _steps += count;
        if (_steps > limits.Steps)
        {
            throw new TemplateFaultException($"it takes more than {limits.Steps} steps (ChatTemplateLimits.Steps).");
        }

        if (_steps >= _look)
        {
            _look = _steps + StepsBetweenLooks;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes characters, before they are made.</summary>
    public void Produce(long count)
    {
        _characters += count;
        if (_characters > limits.Characters)
        {
            throw new TemplateFaultException($"it makes more than {limits.Characters} characters (ChatTemplateLimits.Characters).");
        }
    }

    public void EnterMacro()
    {
        if (++_macros > limits.MacroDepth)
        {
            throw new TemplateFaultException($"more than {limits.MacroDepth} macro calls are inside each other (ChatTemplateLimits.MacroDepth).");
        }
    }

    public void LeaveMacro() => _macros--;

    public void EnterValue()
    {
        Step();
        if (++_nesting > MaximumNesting)
        {
            throw new TemplateFaultException($"a value is nested more than {MaximumNesting} levels deep.");
        }
    }

    public void LeaveValue() => _nesting--;
}
