namespace AutoGpt.Sdk.Training;

/// <summary>Takes part in a run. What it throws ends the run; the last checkpoint stays.</summary>
public abstract class TrainingCallback
{
    /// <summary>A report was made.</summary>
    /// <param name="trainer">The trainer; <see cref="Trainer.Stop"/> ends the run.</param>
    /// <param name="report">The report.</param>
    public virtual void OnReport(Trainer trainer, TrainingProgress report)
    {
    }

    /// <summary>The validation loss was measured.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="report">The report; its <see cref="TrainingProgress.ValidationLoss"/> is new.</param>
    public virtual void OnMeasured(Trainer trainer, TrainingProgress report)
    {
    }

    /// <summary>A checkpoint was written.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="folder">The checkpoint, which a later one replaces.</param>
    public virtual void OnCheckpoint(Trainer trainer, string folder)
    {
    }
}
