namespace HandyBackup.Repository;

/// <summary>What a pack says of itself.</summary>
/// <param name="Blobs">Its blobs in order of their offsets; none if the header is faulty.</param>
/// <param name="Fault">What is wrong with the header, to be put after the pack's name; null if nothing is.</param>
internal readonly record struct PackHeader(List<PackedBlob> Blobs, string? Fault)
{
    /// <summary>The answer for a header that cannot be used.</summary>
    public static PackHeader Faulty(string fault) => new([], fault);
}
