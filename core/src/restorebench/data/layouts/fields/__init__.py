"""What a scene has beside its image: views, masks, depth, conditions."""
