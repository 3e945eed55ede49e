using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>What tells blobs apart: data and a tree with equal content are different blobs.</summary>
/// <param name="Id">The SHA-256 of the plain content.</param>
/// <param name="Type">What the blob holds.</param>
internal readonly record struct BlobKey(BlobId Id, BlobType Type);
