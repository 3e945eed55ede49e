using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The errors that a blob can have, worded in one place. Their target is the blob's id.</summary>
internal static class BlobFaults
{
    private const string CheckAdvice = "Run a check of the repository with reading of all data: it says what else is affected.";

    /// <summary>No index names the blob.</summary>
    public static HandyBackupException Missing(BlobId id, BlobType type) =>
        new(ErrorCode.BlobMissing, $"{Name(type)} blob {id} is in no index of the repository.") { Target = id.ToString(), Advice = CheckAdvice };

    /// <summary>The blob's pack does not exist.</summary>
    public static HandyBackupException PackMissing(in BlobPlace place, Exception cause) =>
        new(ErrorCode.PackMissing, $"Pack {place.Pack} does not exist; {Name(place.Blob.Key.Type)} blob {place.Blob.Key.Id} lies in it.", cause)
        {
            Target = place.Blob.Key.Id.ToString(),
            Advice = CheckAdvice,
        };

    /// <summary>What lies in the pack is not the blob.</summary>
    /// <param name="place">Where it should lie.</param>
    /// <param name="what">What is wrong, as the end of a sentence that begins with the blob.</param>
    /// <param name="cause">The cause, if it was an exception.</param>
    public static HandyBackupException Damaged(in BlobPlace place, string what, Exception? cause = null) =>
        new(ErrorCode.BlobDamaged, $"{Name(place.Blob.Key.Type)} blob {place.Blob.Key.Id} in pack {place.Pack} {what}.", cause)
        {
            Target = place.Blob.Key.Id.ToString(),
            Advice = CheckAdvice,
        };

    /// <summary>A blob that was handed in does not have the content that its id promises.</summary>
    public static HandyBackupException NotAsPromised(BlobId id, BlobType type) =>
        new(ErrorCode.BlobDamaged, $"{Name(type)} blob {id} was handed in with another content than its id promises.") { Target = id.ToString() };

    /// <summary>The blob is nothing that the one who asks was sent for.</summary>
    public static HandyBackupException Refused(BlobId id, BlobType type) =>
        new(ErrorCode.BlobRefused, $"{Name(type)} blob {id} does not belong to what this run may read.") { Target = id.ToString() };

    private static string Name(BlobType type) => type == BlobType.Tree ? "Tree" : "Data";
}
