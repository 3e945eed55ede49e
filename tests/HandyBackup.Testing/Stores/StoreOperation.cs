namespace HandyBackup.Testing;

/// <summary>What a fault of a <see cref="FaultyStore"/> can strike.</summary>
public enum StoreOperation
{
    Create,
    IsEmpty,
    List,
    FindSize,
    Load,
    Save,
    Replace,
    Remove,
    Delete,
}
