using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>A tree that is to be checked, and how it was reached.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Parent">The folder it lies in; null for a snapshot's root.</param>
/// <param name="Name">The folder's raw name.</param>
/// <param name="Tree">The folder's tree.</param>
internal sealed record TreePath(SnapshotId Snapshot, TreePath? Parent, ReadOnlyMemory<byte> Name, BlobId Tree)
{
    /// <summary>The path of an item in this folder, as a person would write it: <c>snapshot:/folder/item</c>.</summary>
    public string Of(ReadOnlySpan<byte> name) => $"{this}{(Parent is null ? "" : "/")}{ItemName.ToText(name)}";

    /// <inheritdoc/>
    public override string ToString() => Parent is null ? $"{Snapshot.ToString()[..8]}:/" : Parent.Of(Name.Span);
}
