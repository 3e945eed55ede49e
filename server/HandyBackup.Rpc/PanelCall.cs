using HandyBackup.Contracts;

namespace HandyBackup.Rpc;

/// <summary>A call as a guard sees it.</summary>
/// <param name="Name">The contract and its method, such as <c>Snapshots.Remove</c>.</param>
/// <param name="Requirement">What the method says that it needs; null if it says nothing, and then it must be refused.</param>
/// <param name="Request">What it is called with; null if nothing. It may hold secrets.</param>
public sealed record PanelCall(string Name, RequiresAttribute? Requirement, object? Request)
{
    /// <summary>The name alone: what it is called with is nobody's business.</summary>
    public override string ToString() => Name;
}
