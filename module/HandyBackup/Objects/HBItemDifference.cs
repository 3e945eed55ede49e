using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>One difference between two snapshots.</summary>
public sealed class HBItemDifference : ServerObject
{
    internal HBItemDifference(ItemDifference difference, HBSession session)
        : base(session)
    {
        Path = difference.Path;
        Change = difference.Change;
        Reference = difference.Reference is null ? null : new HBItem(difference.Reference, session);
        Difference = difference.Difference is null ? null : new HBItem(difference.Difference, session);
    }

    /// <summary>The item's path.</summary>
    public string Path { get; }

    /// <summary>What differs.</summary>
    public ItemChange Change { get; }

    /// <summary>What the item is: in the difference snapshot, or in the reference snapshot if it is gone.</summary>
    public ItemKind? Kind => (Difference ?? Reference)?.Kind;

    /// <summary>Bytes in the reference snapshot; null if it is no file there.</summary>
    public long? ReferenceSize => Reference?.Size;

    /// <summary>Bytes in the difference snapshot; null if it is no file there.</summary>
    public long? DifferenceSize => Difference?.Size;

    /// <summary>The item in the reference snapshot; null if it is not there.</summary>
    public HBItem? Reference { get; }

    /// <summary>The item in the difference snapshot; null if it is not there.</summary>
    public HBItem? Difference { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Change} {Path}";
}
