namespace HandyBackup.Rpc.Streams;

/// <summary>How the items of a stream travel.</summary>
internal enum StreamPace
{
    /// <summary>Many, as fast as they can be read: whatever is ready goes in one message, and the next is read ahead.</summary>
    Listing,

    /// <summary>Few, each wanted as soon as it happens, and none wanted late.</summary>
    Live,

    /// <summary>Pieces of content, which take memory: some are made ahead, so that none is waited for, and no more.</summary>
    Content,
}
