namespace HandyBackup.Agent.Core.Tests.Kit;

/// <summary>Chance that always falls alike.</summary>
internal sealed class FixedRandom(double value) : Random
{
    public override double NextDouble() => value;
}
