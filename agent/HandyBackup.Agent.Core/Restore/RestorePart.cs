using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>One selection of an order, with the names of its paths apart.</summary>
/// <param name="Selection">The selection as the order has it.</param>
/// <param name="Path">The names that lead to the item in the snapshot; none for the whole snapshot.</param>
/// <param name="TargetPath">The names of its place below the destination; none to put a folder's content right into it.</param>
internal sealed record RestorePart(RestoreSelection Selection, byte[][] Path, byte[][] TargetPath)
{
    /// <summary>Takes an order's selections apart. A selection that another one contains is left out.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.DestinationEscapes"/> for a target path that leads out of the destination;
    /// <see cref="ErrorCode.InvalidArgument"/> if there is none, or if two selections want the same place.</exception>
    public static IReadOnlyList<RestorePart> Parse(IReadOnlyList<RestoreSelection> selections)
    {
        if (selections.Count == 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "Nothing was selected to be restored.");
        }

        // Ordered by place, so that a place inside another one comes right after it and those between.
        List<RestorePart> parts = [.. selections.Select(Parse)];
        parts.Sort(static (a, b) => Compare(a.TargetPath, b.TargetPath));
        var kept = new List<RestorePart>(parts.Count);
        var above = new Stack<RestorePart>();
        foreach (RestorePart part in parts)
        {
            while (above.TryPeek(out RestorePart? last) && !StartsWith(part.TargetPath, last.TargetPath))
            {
                above.Pop();
            }

            if (above.TryPeek(out RestorePart? outer))
            {
                if (outer.Contains(part))
                {
                    continue;
                }

                throw new HandyBackupException(
                    ErrorCode.InvalidArgument,
                    $"'{part.Selection.Path}' and '{outer.Selection.Path}' cannot both be restored: the place '{part.Selection.TargetPath}' lies in '{outer.Selection.TargetPath}'.")
                {
                    Target = part.Selection.TargetPath,
                    Advice = "Restore them one after the other, or into different folders.",
                };
            }

            above.Push(part);
            kept.Add(part);
        }

        return kept;
    }

    private static RestorePart Parse(RestoreSelection selection)
    {
        byte[][] target = Split(selection.TargetPath);
        foreach (byte[] name in target)
        {
            if (name.AsSpan().SequenceEqual("."u8) || name.AsSpan().SequenceEqual(".."u8) || name.Contains((byte)0))
            {
                throw new HandyBackupException(ErrorCode.DestinationEscapes, $"The place '{selection.TargetPath}' leads out of the destination.") { Target = selection.TargetPath };
            }
        }

        return new RestorePart(selection, Split(selection.Path), target);
    }

    private static byte[][] Split(string path) => [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(ItemName.ToBytes)];

    private static int Compare(byte[][] a, byte[][] b)
    {
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            int result = a[i].AsSpan().SequenceCompareTo(b[i]);
            if (result != 0)
            {
                return result;
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    private static bool StartsWith(byte[][] path, byte[][] start) => path.Length >= start.Length && Compare(path[..start.Length], start) == 0;

    // The same item of the snapshot at the same place: restoring the outer one restores it, too.
    private bool Contains(RestorePart part) =>
        StartsWith(part.Path, Path) && Compare(part.Path[Path.Length..], part.TargetPath[TargetPath.Length..]) == 0;
}
