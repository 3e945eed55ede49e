namespace HandyBackup.Repository;

/// <summary>The ways in which many bytes are multiplied at once. All give the same result.</summary>
internal enum GaloisPath
{
    /// <summary>A table of 256 bytes, byte by byte.</summary>
    Scalar,

    /// <summary>Two tables of 16 bytes, 16 bytes at a time: SSSE3, or Arm's TBL.</summary>
    Shuffle128,

    /// <summary>Two tables of 16 bytes, 32 bytes at a time: AVX2.</summary>
    Shuffle256,

    /// <summary>The processor's own multiplication, 32 bytes at a time.</summary>
    Gfni256,

    /// <summary>The processor's own multiplication, 64 bytes at a time.</summary>
    Gfni512,
}
