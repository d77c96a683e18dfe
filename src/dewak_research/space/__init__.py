"""Space and society together: who reaches what, where a place helps most, which rooms can be shared, who saves what."""
