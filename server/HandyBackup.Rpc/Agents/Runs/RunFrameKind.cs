namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>What a frame of a run's channel holds. Numbers up to 63 go from agent to server, from 64 on from server to agent. They never change.</summary>
internal enum RunFrameKind : byte
{
    /// <summary>Number, blob type, ids: which of them are missing?</summary>
    FindMissing = 1,

    /// <summary>A blob to be stored. There is no answer.</summary>
    Put = 2,

    /// <summary>Number, blob type, ids: how long are they?</summary>
    GetLengths = 3,

    /// <summary>Number, blob type, ids: their content is wanted.</summary>
    Get = 4,

    /// <summary>A <see cref="HandyBackup.Contracts.RunProgress"/>.</summary>
    Progress = 5,

    /// <summary>An <see cref="HandyBackup.Contracts.ItemIssue"/>.</summary>
    Issue = 6,

    /// <summary>Number: no more blobs of this <see cref="Get"/> are wanted. It is answered nevertheless.</summary>
    StopGet = 7,

    /// <summary>Number, bytes: so much of what a <see cref="Get"/> sent was used, and as much may follow.</summary>
    Took = 8,

    /// <summary>The agent sends nothing more.</summary>
    End = 9,

    /// <summary>Number, one bit an id, from the lowest of the first byte on: set where the blob is missing.</summary>
    Missing = 64,

    /// <summary>Number, eight bytes an id: length of the plain content, negative where there is no such blob.</summary>
    Lengths = 65,

    /// <summary>Number, a blob.</summary>
    Blob = 66,

    /// <summary>Number: the last blob of a <see cref="Get"/> was sent.</summary>
    GetEnd = 67,

    /// <summary>Number, <see cref="HandyBackup.Contracts.ErrorInfo"/>: the question's answer, or the end of a <see cref="Get"/>.</summary>
    Failed = 68,

    /// <summary>An <see cref="HandyBackup.Contracts.ErrorInfo"/>: the run cannot go on.</summary>
    RunFailed = 69,

    /// <summary>More content of the blob in the frame right before, either way.</summary>
    More = 127,
}
